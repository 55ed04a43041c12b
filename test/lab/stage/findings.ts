/** The tables of the page of findings, made from what was recorded. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { signalName } from '../../../timeline/signals.ts';
import { formatDuration } from '../../../timeline/time.ts';
import type { LabRuntime } from '../settings.ts';
import { eventsOf, timelineOf } from './compare.ts';
import type { Truth, TruthPod } from './truth.ts';

/** A scenario as it was recorded. */
export interface Recorded {
  readonly truth: Truth;
  readonly lines: readonly string[];
}

/** What the tables are ordered by. */
export interface TableOfContents {
  readonly title: string;
  readonly text: string;
  readonly names: readonly string[];
}

export const BEGIN = '<!-- From here on made by test/lab/scenarios/write-findings.ts -->';

/** Where what was played on a runtime is recorded. */
export function recordingsOf(runtime: LabRuntime): string {
  const name = runtime === 'docker' ? 'recordings' : `recordings-${runtime}`;
  return join(import.meta.dirname, '../..', name);
}

/** The names of the scenarios that were recorded into a folder. */
export function recordedIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

export function readRecorded(folder: string, name: string): Recorded {
  const truth = JSON.parse(readFileSync(join(folder, name, 'truth.json'), 'utf8')) as Truth;
  const recording = gunzipSync(readFileSync(join(folder, name, 'recording.ndjson.gz'))).toString('utf8');
  return { truth, lines: recording.trimEnd().split('\n') };
}

/** The folders of recordings, by runtime. */
export type Folders = Readonly<Record<LabRuntime, string>>;

/** The generated part of the page, from the first heading on. */
export function findings(folders: Folders, chapters: readonly TableOfContents[]): string {
  const onContainerd = new Set(recordedIn(folders.containerd));
  const parts = chapters.map(({ title, text, names }) => {
    const rows = names.map((name) =>
      row(
        readRecorded(folders.docker, name),
        onContainerd.has(name) ? readRecorded(folders.containerd, name) : undefined,
      ),
    );
    return [`## ${title}`, text, [HEAD, RULE, ...rows].join('\n')].join('\n\n');
  });
  return [versionsOf(folders), ...parts].join('\n\n');
}

const COLUMNS = [
  'What was done',
  '`kubectl get pods` (READY STATUS RESTARTS)',
  'Restarts that took place',
  'RESTARTS',
  'Kubernetes Events',
  'Docker',
  'podlapse',
  'The same on containerd',
];
const HEAD = `| ${COLUMNS.join(' | ')} |`;
const RULE = `| ${COLUMNS.map((column) => (column === 'RESTARTS' || column.startsWith('Restarts') ? '---:' : '---')).join(' | ')} |`;

function versionsOf({ docker, containerd }: Folders): string {
  const told = (folder: string, say: (versions: Truth['versions']) => string) => {
    const names = recordedIn(folder);
    const versions = new Set(names.map((name) => say(readRecorded(folder, name).truth.versions)));
    return `${[...versions].join('; ')}, in ${names.length} scenarios`;
  };
  const withDocker = told(
    docker,
    (versions) =>
      `Kubernetes ${versions.kubernetes}, Docker Engine ${versions.docker}, cri-dockerd ${versions.criDockerd}`,
  );
  const withContainerd = told(
    containerd,
    (versions) => `Kubernetes ${versions.kubernetes} and containerd ${versions.containerd}`,
  );
  return `Seen with ${withDocker}; and with ${withContainerd}.`;
}

function row({ truth, lines }: Recorded, onContainerd: Recorded | undefined): string {
  const events = eventsOf(lines);
  const { pods } = truth;
  const cells = [
    `**${truth.title}**${truth.note === undefined ? '' : `<br>${truth.note}`}<br>[${truth.scenario}](../test/recordings/${truth.scenario}/truth.json)`,
    tableCell(truth),
    `${sum(pods.map(({ restarts }) => restarts.length))}`,
    pods.map(({ kubectlRestarts }) => kubectlRestarts).join(', '),
    eventsCell(truth),
    wordsCell(truth.docker),
    podlapseCell(truth, events),
    containerdCell(onContainerd),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Each pod's lines from the first on which it runs, since how a pod comes up is the same everywhere. */
function tableCell({ kubectl, pods }: Truth): string {
  const byName = Map.groupBy(
    kubectl.map((line) => line.split(/ {2}/)),
    ([name]) => name ?? '',
  );
  const many = pods.length > 1;
  return [...byName]
    .map(([name, lines]) => {
      const told = lines.map(([, ready, status, restarts]) => `${ready} ${status} ${restarts}`);
      const from = Math.max(
        0,
        told.findIndex((line) => !/ (?:Pending|ContainerCreating) /.test(line)),
      );
      const shown = told.slice(from).map((line) => line.replace(/ \(.*\)$/, ''));
      return `${many ? `${stableName(name)}: ` : ''}${shorten(shown).join(' → ')}`;
    })
    .join('<br>');
}

/** The part that the controller drew by lot says nothing. */
function stableName(name: string): string {
  return name.replace(/-[a-z0-9]{5}$/, '-…').replace(/-[a-f0-9]{8,10}(?=-…$)/, '-…');
}

function eventsCell({ events }: Truth): string {
  const told = Object.entries(events).filter(([reason]) => !EVERYWHERE.has(reason));
  return told.map(([reason, count]) => (count === 1 ? reason : `${reason} ×${count}`)).join(', ') || '–';
}

/** Every container that is made gives these, so that they tell nothing of why. */
const EVERYWHERE: ReadonlySet<string> = new Set(['Scheduled', 'Pulled', 'Created', 'Started']);

/** What is another with another runtime: its words, and what podlapse makes of them. */
function containerdCell(recorded: Recorded | undefined): string {
  if (recorded === undefined) return 'Docker only';
  const { truth, lines } = recorded;
  const events = eventsOf(lines);
  const parts = [wordsCell(truth.containerd), signalsCell(truth, events), podlapseCell(truth, events)];
  return parts.filter((part) => part !== '').join('<br>');
}

/** What the kernel told of the signals that ended the runs which were followed by others; the kubelet's are among them. */
function signalsCell({ pods }: Truth, events: readonly RecordedEvent[]): string {
  const restarted = new Set(
    pods.flatMap((pod) => timelineOf(pod, events)?.restarts.map(({ from }) => from) ?? []),
  );
  const told = new Map<string, string>();
  for (const event of events) {
    if (event.source !== 'cri' || event.signals === undefined || !restarted.has(event.containerId)) continue;
    for (const { signal, sender = '?', byKernel = false, ignored = false } of event.signals.received) {
      const words = `\`${event.container}#${event.attempt ?? 0} ${signalName(signal)}\` from ${byKernel ? 'the kernel' : `\`${sender}\``}${ignored ? ' (ignored)' : ''}`;
      told.set(`${event.id} ${words}`, words);
    }
  }
  return shorten([...told.values()]).join(', ');
}

function wordsCell(words: readonly string[] = []): string {
  const firstDeed = words.findIndex((word) => !/ (?:create|start)$/.test(word));
  const shown = firstDeed < 0 ? [] : words.slice(firstDeed);
  return shown.length === 0 ? '–' : shorten(joined(shown)).join(', ');
}

/** `app#0 kill(9), app#0 die(137)` is read more easily as `app#0 kill(9) die(137)`. */
function joined(words: readonly string[]): string[] {
  const lines: { who: string; what: string[] }[] = [];
  for (const word of words) {
    const [who = '', what = ''] = word.split(' ');
    const last = lines.at(-1);
    if (last?.who === who && what !== 'create') last.what.push(what);
    else lines.push({ who, what: [what] });
  }
  return lines.map(({ who, what }) => `\`${who} ${what.join(' ')}\``);
}

const MOST = 12;

/** The middle of a long story says the same again and again. */
function shorten(told: readonly string[]): string[] {
  if (told.length <= MOST) return [...told];
  return [...told.slice(0, MOST - 4), '…', ...told.slice(-3)];
}

function podlapseCell({ pods }: Truth, events: readonly RecordedEvent[]): string {
  return pods
    .map((pod) => `${pods.length > 1 ? `${stableName(pod.name)}: ` : ''}${account(pod, events)}`)
    .join('<br>');
}

function account(pod: TruthPod, events: readonly RecordedEvent[]): string {
  const timeline = timelineOf(pod, events);
  if (timeline === undefined) return 'not seen';
  const { restarts, counted, complete } = timeline.summary;
  const told = [
    ...new Set(
      timeline.restarts.map(({ container, cause }) => `\`${cause}\`${many(pod) ? ` (${container})` : ''}`),
    ),
  ];
  const downs = timeline.restarts.map(({ downtimeMs }) =>
    downtimeMs === null ? '?' : formatDuration(downtimeMs),
  );
  const gaps = [...new Set(timeline.gaps.map(({ source }) => source))];
  return [
    restarts === 0 ? 'no restart' : `${restarts}, counted ${counted}: ${told.join(', ')}`,
    ...(downs.length === 0 ? [] : [`down ${shorten(downs).join(', ')}`]),
    ...(complete ? [] : [`not complete: gap of ${gaps.join(', ')}`]),
  ].join('; ');
}

const many = ({ runs }: TruthPod): boolean => Object.keys(runs).length > 1;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
