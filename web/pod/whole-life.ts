import type { Timeline } from '../../timeline/contract/timeline.ts';
import { spanOf } from '../../timeline/render/span.ts';
import type { TimeWindow } from './time-window.ts';

const MIN_LENGTH_MS = 10_000;

/**
 * The whole of a timeline with a little room. Of a pod that lives it reaches to now, unless nothing was heard of it for
 * longer than all that is known of it: an old recording would shrink to a dot.
 */
export function wholeLife(timeline: Timeline, nowMs: number): TimeWindow {
  const span = spanOf(timeline);
  if (span === undefined) return { fromMs: nowMs - MIN_LENGTH_MS, toMs: nowMs };
  const fromMs = Date.parse(span.from);
  const lastMs = Date.parse(span.to);
  const knownMs = Math.max(MIN_LENGTH_MS, lastMs - fromMs);
  const lives = timeline.pod.deletedAt === null;
  const toMs = lives && nowMs > lastMs && nowMs - lastMs < knownMs ? nowMs : lastMs;
  const room = Math.max(1_000, (toMs - fromMs) * 0.02);
  return { fromMs: fromMs - room, toMs: Math.max(toMs, fromMs + MIN_LENGTH_MS / 2) + room };
}
