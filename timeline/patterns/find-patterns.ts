import type { Pattern } from '../contract/pattern.ts';
import type { Timeline } from '../contract/timeline.ts';
import { compareText } from '../text-order.ts';
import { compareTimes } from '../time.ts';
import { findRestartsAfterDeploy } from './after-deploy.ts';
import { historiesOf } from './container-history.ts';
import { findCrashLoops } from './crash-loop.ts';
import { findFlappingReadiness, findFlappingRestarts } from './flapping.ts';
import { findSlowLoops } from './slow-loop.ts';

/**
 * How the restarts of a pod, and its readiness, repeat: the patterns in it by the rules of `rules.ts`, oldest first.
 *
 * @param timeline any that its schema accepts; nothing but its facts is made use of
 */
export function findPatterns(timeline: Timeline): Pattern[] {
  const found = historiesOf(timeline).flatMap((history) => [
    ...findCrashLoops(timeline, history),
    ...findFlappingRestarts(timeline, history),
    ...findSlowLoops(timeline, history),
    ...findRestartsAfterDeploy(timeline, history),
  ]);
  // Where clocks jumped and the parts of the timeline are not in order of time, nothing can be said of its pace.
  return [...found, ...findFlappingReadiness(timeline)]
    .filter(({ from, to }) => compareTimes(from, to) <= 0)
    .sort(
      (a, b) =>
        compareTimes(a.from, b.from) ||
        compareText(a.container ?? '', b.container ?? '') ||
        compareText(a.kind, b.kind) ||
        compareTimes(a.to, b.to),
    );
}
