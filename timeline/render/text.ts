import type { LogTail } from '../contract/log-event.ts';
import type { Pattern } from '../contract/pattern.ts';
import type { Gap, Restart, RestartSummary, Run, Timeline } from '../contract/timeline.ts';
import { formatDuration, millisBetween } from '../time.ts';
import { formatAge } from './age.ts';
import { sayPatterns } from './patterns.ts';
import { formatMoment, plainText, shortId } from './plain-text.ts';
import { layTable, wrap } from './table.ts';

/** Of the lines that are sentences, where no terminal says how wide it is. */
export const TEXT_WIDTH = 110;

/**
 * A timeline as text for a terminal or a chat: what restarted and why, then the runs, then what
 * `kubectl get pods --watch` would have shown. Times are UTC. No colours; foreign text cannot move the cursor.
 *
 * @param width of the lines that are sentences; tables are as wide as they must be
 */
export function renderText(timeline: Timeline, width = TEXT_WIDTH): string {
  const { pod } = timeline;
  const where = pod.node === null ? '' : ` on ${plainText(pod.node)}`;
  const gone = pod.deletedAt === null ? '' : `, deleted ${formatMoment(pod.deletedAt)}`;
  const lines = [
    `${plainText(pod.namespace)}/${plainText(pod.name)}  cluster ${pod.cluster}${where}, ${plainText(pod.workload.kind)}/${plainText(pod.workload.name)}, uid ${plainText(pod.uid)}`,
    `${pod.createdAt === null ? 'created before it was recorded' : `created ${formatMoment(pod.createdAt)} UTC`}${gone}`,
    '',
    sumUp(timeline.summary),
    ...renderPatterns(timeline.patterns ?? [], width),
    ...renderRestarts(timeline.restarts, timeline.summary, width),
    ...renderRuns(timeline.runs),
    ...renderPhases(timeline),
    ...renderGaps(timeline.gaps),
  ];
  return `${lines.join('\n')}\n`;
}

/** The summary in one line, without its colour: `4 restarts, 3 counted by Kubernetes, 1 NOT counted`. */
export function sumUp(summary: RestartSummary): string {
  const { restarts, counted, uncounted, kubernetesRestartCount, unseen = 0, downtimeMs, complete } = summary;
  const parts = [`${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`];
  if (kubernetesRestartCount !== null) {
    parts.push(`${counted} counted by Kubernetes`);
    if (uncounted > 0) parts.push(`${uncounted} NOT counted`);
    parts.push(`kubectl shows RESTARTS ${kubernetesRestartCount}`);
    if (unseen > 0) parts.push(`which proves at least ${unseen} more that nobody saw`);
  }
  if (restarts > 0) parts.push(`down ${formatDuration(downtimeMs)} in all`);
  if (!complete) parts.push('record INCOMPLETE: see the gaps, there may be more');
  return parts.join(', ');
}

/** The patterns of a timeline, each with its sentence. */
export function renderPatterns(patterns: readonly Pattern[], width: number): string[] {
  if (patterns.length === 0) return [];
  const { lines, more } = sayPatterns(patterns);
  return [
    '',
    ...lines.flatMap(({ heading, text }) => [`PATTERN  ${heading}`, ...wrap(text, width, '   ')]),
    ...(more > 0 ? [`   and ${more} earlier ones: see the JSON timeline`] : []),
  ];
}

function renderRestarts(restarts: readonly Restart[], summary: RestartSummary, width: number): string[] {
  if (restarts.length === 0) return [];
  const table = layTable([
    ['#', 'RESTARTED (UTC)', 'CONTAINER', 'CAUSE', 'COUNTED', 'DOWN', 'OLD CONTAINER', 'NEW CONTAINER'],
    ...restarts.map((restart, index) => [
      String(index + 1),
      restart.at === null ? 'not seen' : formatMoment(restart.at),
      plainText(restart.container),
      restart.cause,
      sayCounted(restart, summary),
      restart.downtimeMs === null ? 'not seen' : formatDuration(restart.downtimeMs),
      shortId(restart.from),
      shortId(restart.to),
    ]),
  ]);
  const [heading = '', ...rows] = table;
  return [
    '',
    heading,
    ...rows.flatMap((row, index) => [
      row,
      ...wrap(plainText(restarts[index]?.explanation ?? ''), width, '   '),
      ...renderLog(restarts[index]?.log),
    ]),
  ];
}

function renderLog(log: LogTail | undefined): string[] {
  if (log === undefined) return [];
  return [
    `   ${sayLog(log)}:`,
    ...log.lines.map((line) => `   | ${plainText(line.replaceAll('\t', '    '))}`),
  ];
}

/** What is shown of a log: `last 20 lines of the old container, cut off, 2 passages redacted`. */
export function sayLog({ lines, truncated, redacted }: LogTail): string {
  const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  return [
    `last ${many(lines.length, 'line')} of the old container`,
    ...(truncated ? ['cut off'] : []),
    ...(redacted > 0 ? [`${many(redacted, 'passage')} redacted`] : []),
  ].join(', ');
}

/** Where no status of Kubernetes was seen, as for a container of Docker alone, nothing is said of its counting. */
function sayCounted({ counted }: Restart, { kubernetesRestartCount }: RestartSummary): string {
  if (counted) return 'yes';
  return kubernetesRestartCount === null ? '-' : 'NO';
}

function renderRuns(runs: readonly Run[]): string[] {
  if (runs.length === 0) return [];
  return [
    '',
    ...layTable([
      ['RUN OF', 'CONTAINER ID', 'ATTEMPT', 'SANDBOX', 'STARTED (UTC)', 'FINISHED (UTC)', 'RAN FOR', 'ENDED'],
      ...runs.map((run) => [
        run.kind === 'app' ? plainText(run.container) : `${plainText(run.container)} (${run.kind})`,
        shortId(run.containerId),
        run.attempt === null ? '-' : String(run.attempt),
        run.sandboxId === null ? '-' : shortId(run.sandboxId),
        run.startedAt === null ? '-' : formatMoment(run.startedAt),
        run.finishedAt === null ? '-' : formatMoment(run.finishedAt),
        run.startedAt === null || run.finishedAt === null
          ? '-'
          : formatDuration(Math.max(0, millisBetween(run.startedAt, run.finishedAt))),
        sayOutcome(run),
      ]),
    ]),
  ];
}

/** How a run ended, in a few characters: `exit 137 (SIGKILL, OOMKilled)`. */
export function sayOutcome(run: Run): string {
  if (run.synthetic === true) return 'unknown (the kubelet made up 137)';
  if (run.exitCode === null) return run.finishedAt === null ? '-' : 'exit code not seen';
  const details = [run.signal, run.reason].filter((detail) => detail !== null && detail !== 'Error');
  return `exit ${run.exitCode}${details.length > 0 ? ` (${plainText(details.join(', '))})` : ''}`;
}

function renderPhases({ pod, phases }: Timeline): string[] {
  if (phases.length === 0) return [];
  return [
    '',
    ...layTable([
      ['SEEN (UTC)', 'NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'],
      ...phases.map(({ at, ready, status, restarts }) => [
        formatMoment(at),
        plainText(pod.name),
        plainText(ready),
        plainText(status),
        String(restarts),
        pod.createdAt === null ? '-' : formatAge(millisBetween(pod.createdAt, at)),
      ]),
    ]),
  ];
}

/** What was not recorded, as a table with a blank line before it; nothing without gaps. */
export function renderGaps(gaps: readonly Gap[]): string[] {
  if (gaps.length === 0) return [];
  return [
    '',
    ...layTable([
      ['NOT RECORDED', 'FROM (UTC)', 'TO (UTC)', 'REASON'],
      ...gaps.map(({ source, from, to, reason }) => [
        source,
        from === null ? '-' : formatMoment(from),
        to === null ? 'still' : formatMoment(to),
        plainText(reason),
      ]),
    ]),
  ];
}
