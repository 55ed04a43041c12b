import type { Replacement, WorkloadPod, WorkloadRestart } from '../../timeline/contract/workload-timeline.ts';
import { formatMoment, plainText } from '../../timeline/render/plain-text.ts';
import { STATE_WORDS, stretchesOf } from '../../timeline/render/workload-stretches.ts';
import { formatDuration } from '../../timeline/time.ts';

/** The life of a pod in one sentence. */
export function sayPod(pod: WorkloadPod): string {
  const stretches = stretchesOf(pod).map(
    ({ state, from }) => `${STATE_WORDS[state]}${from === null ? '' : ` from ${formatMoment(from)}`}`,
  );
  const gone = pod.pod.deletedAt === null ? [] : [`gone at ${formatMoment(pod.pod.deletedAt)}`];
  const { restarts, uncounted } = pod.summary;
  const count = `${restarts === 1 ? '1 restart' : `${restarts} restarts`}${uncounted === 0 ? '' : `, ${uncounted} of them NOT counted`}`;
  const revision = pod.revision === null ? '' : `, revision ${plainText(pod.revision)}`;
  return `${plainText(pod.pod.name)}${revision}: ${[...stretches, ...gone].join(', ')}; ${count}.`;
}

/** A restart of a container in one sentence. */
export function sayRestart({ at, container, cause, counted, downtimeMs }: WorkloadRestart): string {
  const when = at === null ? '' : `${formatMoment(at)}: `;
  const down = downtimeMs === null ? '' : `, down ${formatDuration(downtimeMs)}`;
  return `${when}${plainText(container)} restarted: ${cause}${down}${counted ? '' : ', NOT counted by Kubernetes'}.`;
}

/** The end of a pod in one sentence. */
export function sayEnd({ at, cause, to, downtimeMs }: Replacement, nameOf: (uid: string) => string): string {
  const when = at === null ? '' : `${formatMoment(at)}: `;
  if (to === null) return `${when}${cause}: nothing took its place.`;
  return `${when}${cause}: ${nameOf(to)} took its place${sayBreak(downtimeMs)}.`;
}

function sayBreak(downtimeMs: number | null): string {
  if (downtimeMs === null) return '';
  return downtimeMs === 0 ? ' without a break' : ` after ${formatDuration(downtimeMs)} without`;
}
