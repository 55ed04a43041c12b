import type {
  Replacement,
  Rollout,
  WorkloadPod,
  WorkloadRestart,
  WorkloadSummary,
  WorkloadTimeline,
} from '../contract/workload-timeline.ts';
import { formatDuration } from '../time.ts';
import { formatMoment, plainText } from './plain-text.ts';
import { layTable, wrap } from './table.ts';
import { renderGaps, renderPatterns, TEXT_WIDTH } from './text.ts';
import { type Happening, happeningsOf } from './workload-happenings.ts';

/** A reader takes in so many; the JSON has more. */
const SHOWN = 200;

/**
 * The account of a workload as text for a terminal or a chat: everything that happened in one table, in the order of
 * time, then its pods. Times are UTC. No colours; foreign text cannot move the cursor.
 *
 * @param width of the lines that are sentences; tables are as wide as they must be
 */
export function renderWorkloadText(account: WorkloadTimeline, width = TEXT_WIDTH): string {
  const { cluster, namespace, workload, summary, pods, gaps } = account;
  const lines = [
    `${plainText(namespace)} ${plainText(workload.kind)}/${plainText(workload.name)}  cluster ${cluster}, ${summary.living} of ${many(summary.pods, 'pod')} living`,
    '',
    ...wrap(sumUpWorkload(summary), width, ''),
    ...renderPatterns(account.patterns ?? [], width),
    ...renderHappenings(account, width),
    ...renderPods(pods),
    ...renderGaps(gaps),
    ...renderLeftOut(account),
  ];
  return `${lines.join('\n')}\n`;
}

/** `5 restarts in all: 4 of containers (3 counted by Kubernetes, 1 NOT counted), 1 pod replaced (1 rollout)`. */
export function sumUpWorkload(summary: WorkloadSummary): string {
  const { total, restarts, counted, uncounted, replacements, replacementsByCause } = summary;
  const inPods =
    restarts === 0
      ? ''
      : ` (${counted} counted by Kubernetes${uncounted === 0 ? '' : `, ${uncounted} NOT counted`})`;
  const byCause = Object.entries(replacementsByCause).map(([cause, count]) => `${count} ${cause}`);
  const parts = [
    `${many(total, 'restart')} in all: ${restarts} of containers${inPods}`,
    `${many(replacements, 'pod')} replaced${byCause.length === 0 ? '' : ` (${byCause.join(', ')})`}`,
  ];
  if (summary.kubernetesRestartCount !== null)
    parts.push(`kubectl shows RESTARTS ${summary.kubernetesRestartCount} in all on the living pods`);
  if (restarts > 0) parts.push(`containers down ${formatDuration(summary.downtimeMs)}`);
  if (replacements > 0) parts.push(`${formatDuration(summary.replacementDowntimeMs)} between pods`);
  if (!summary.complete)
    parts.push('record INCOMPLETE: see what was not recorded or left out, there may be more');
  return parts.join(', ');
}

function renderHappenings(account: WorkloadTimeline, width: number): string[] {
  const all = happeningsOf(account);
  if (all.length === 0) return [];
  const shown = all.slice(-SHOWN);
  const names = new Map(account.pods.map(({ pod }) => [pod.uid, pod.name]));
  const nameOf = (uid: string | null) => (uid === null ? 'none' : plainText(names.get(uid) ?? uid));
  const [heading = '', ...rows] = layTable([
    ['AT (UTC)', 'WHAT', 'CAUSE', 'COUNTED', 'DOWN', 'OF', 'NOW'],
    ...shown.map((happening) => rowOf(happening, nameOf)),
  ]);
  const more = all.length - shown.length;
  return [
    '',
    ...(more > 0 ? [`${more} earlier ones: see the JSON timeline`] : []),
    heading,
    ...rows.flatMap((row, index) => [row, ...wrap(plainText(shown[index]?.explanation ?? ''), width, '   ')]),
  ];
}

function rowOf({ what, at }: Happening, nameOf: (uid: string | null) => string): string[] {
  const when = at === null ? 'not seen' : formatMoment(at);
  switch (what.kind) {
    case 'restart':
      return [
        when,
        'restart',
        ...restartCells(what.restart),
        `${nameOf(what.restart.pod)}[${plainText(what.restart.container)}]`,
      ];
    case 'replacement':
      return [
        when,
        what.replacement.to === null ? 'end' : 'replacement',
        ...replacementCells(what.replacement, nameOf),
      ];
    case 'rollout':
      return [when, 'rollout', ...rolloutCells(what.rollout)];
  }
}

function restartCells({ cause, counted, downtimeMs }: WorkloadRestart): string[] {
  return [cause, counted ? 'yes' : 'NO', sayDown(downtimeMs)];
}

function replacementCells(
  { cause, downtimeMs, from, to }: Replacement,
  nameOf: (uid: string | null) => string,
): string[] {
  const down = to === null || cause === 'scaled' ? '-' : sayDown(downtimeMs);
  return [cause, '-', down, nameOf(from), nameOf(to)];
}

function rolloutCells({ from, to }: Rollout): string[] {
  return ['-', '-', '-', plainText(from), plainText(to)];
}

function sayDown(ms: number | null): string {
  return ms === null ? 'not seen' : formatDuration(ms);
}

function renderPods(pods: readonly WorkloadPod[]): string[] {
  return [
    '',
    ...layTable([
      ['POD', 'REVISION', 'NODE', 'BORN (UTC)', 'READY', 'LEFT', 'RESTARTS', 'KUBECTL'],
      ...pods.map(({ pod, revision, readyAt, leftAt, summary }) => [
        plainText(pod.name),
        revision === null ? '-' : plainText(revision),
        pod.node === null ? '-' : plainText(pod.node),
        pod.createdAt === null ? 'not seen' : formatMoment(pod.createdAt),
        readyAt === null ? '-' : formatMoment(readyAt),
        leftAt === null ? (pod.deletedAt === null ? '-' : 'not seen') : formatMoment(leftAt),
        String(summary.restarts),
        summary.kubernetesRestartCount === null ? '-' : String(summary.kubernetesRestartCount),
      ]),
    ]),
  ];
}

function renderLeftOut({ leftOut: { pods, morePods, restarts } }: WorkloadTimeline): string[] {
  const parts = [
    ...(pods > 0 || morePods ? [`the ${pods} oldest pods${morePods ? ', and maybe more' : ''}`] : []),
    ...(restarts > 0 ? [`the ${restarts} oldest restarts of containers`] : []),
  ];
  return parts.length === 0 ? [] : ['', `Left out, as too many: ${parts.join('; ')}`];
}

function many(count: number, thing: string): string {
  return `${count} ${count === 1 ? thing : `${thing}s`}`;
}
