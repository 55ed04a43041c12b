import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { forgottenStatements, rememberedTimeline, withRemembered } from '../../timeline/forgotten.ts';
import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';
import type { PodHistory, PodSummary } from '../store/store.ts';

const LONG_AGO = '1970-01-01T00:00:00Z';

export interface PodAndEvents {
  readonly timeline: Timeline;
  /** All that it was made of. */
  readonly events: readonly RecordedEvent[];
}

/**
 * The timeline of a pod; undefined if nothing is known of it. Where not all of its events are kept any more, it says so.
 *
 * @param around what is known of the watching and of the node
 * @param summary what all its events came to
 */
export function tellPod(
  { cluster, uid }: { readonly cluster: string; readonly uid: string },
  { events: own, forgottenUntil }: PodHistory,
  around: readonly RecordedEvent[],
  summary: PodSummary | undefined,
): PodAndEvents | undefined {
  const lost =
    forgottenUntil === undefined
      ? []
      : forgottenStatements(around, summary?.pod.createdAt ?? LONG_AGO, forgottenUntil);
  const events = [...own, ...around, ...lost];
  const timeline = own.length === 0 ? undefined : reconstruct(cluster, uid, events);
  if (forgottenUntil === undefined || summary === undefined) {
    return timeline === undefined ? undefined : { timeline, events };
  }
  if (timeline === undefined) return { timeline: rememberedTimeline(summary), events };
  return { timeline: withRemembered(timeline, summary, lost, forgottenUntil), events };
}
