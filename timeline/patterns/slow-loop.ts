import type { Pattern } from '../contract/pattern.ts';
import type { Timeline } from '../contract/timeline.ts';
import { hedge } from '../hedge.ts';
import { formatDuration, millisBetween } from '../time.ts';
import { beginningOf, type ContainerHistory, type Step } from './container-history.ts';
import { median } from './median.ts';
import { BACK_OFF, SLOW_LOOP } from './rules.ts';
import { percent, sayCauses } from './wording.ts';

interface Interval {
  readonly ms: number;
  readonly from: string;
  readonly to: string;
  readonly step: Step;
}

/** Restarts of one container at a steady long interval, as leaks give; the rule is `SLOW_LOOP`. */
export function findSlowLoops({ gaps }: Timeline, history: ContainerHistory): Pattern[] {
  const stretches: Interval[][] = [[]];
  for (const step of history.steps) {
    const interval = longInterval(step);
    if (interval === undefined) stretches.push([]);
    else stretches.at(-1)?.push(interval);
  }
  return stretches
    .flatMap((stretch) => steadyParts(stretch, history.steps.length))
    .flatMap((part) => {
      const [from, to] = [part[0]?.from, part.at(-1)?.to];
      if (from === undefined || to === undefined) return [];
      const periodMs = median(part.map(({ ms }) => ms));
      const spread = spreadOf(part.map(({ ms }) => ms));
      const restarts = part.map(({ step }) => step.restart);
      return [
        {
          kind: 'slow-loop',
          container: history.container,
          from,
          to,
          count: part.length,
          periodMs,
          spread: Math.round(spread * 1000) / 1000,
          explanation: `The container restarted ${hedge(gaps, from, to)}${part.length} times in a row at a steady interval of about ${formatDuration(periodMs)}, give or take ${percent(spread)} (${sayCauses(restarts)}): something fills up or runs out at that pace, such as leaking memory, or something restarts it by the clock.`,
          restarts: part.map(({ step }) => step.index),
        } satisfies Pattern,
      ];
    });
}

/** From start to start, if the run between was surely long enough for the back-off to have no say. */
function longInterval(step: Step): Interval | undefined {
  const from = beginningOf(step.before);
  const to = step.restart.at;
  if (from === undefined || to === null) return undefined;
  const ms = millisBetween(from, to);
  const finishedAt = step.before?.finishedAt ?? null;
  const ranMs = finishedAt === null ? ms - BACK_OFF.longestMs : millisBetween(from, finishedAt);
  return ranMs < SLOW_LOOP.minRunMs || ms < ranMs ? undefined : { ms, from, to, step };
}

/**
 * The steady parts of a stretch, none overlapping: from each interval on, the longest that is steady enough. A part
 * that is within the spread is soon long enough to be proof, so that few are looked at twice.
 */
function steadyParts(stretch: readonly Interval[], tries: number): (readonly Interval[])[] {
  const parts: (readonly Interval[])[] = [];
  for (let start = 0; start < stretch.length; ) {
    let [low, high] = [Number.POSITIVE_INFINITY, 0];
    let end = start;
    for (let index = start; index < stretch.length; index += 1) {
      const ms = stretch[index]?.ms ?? 0;
      [low, high] = [Math.min(low, ms), Math.max(high, ms)];
      const spread = (high - low) / (high + low);
      if (spread > SLOW_LOOP.maxSpread) break;
      if (isProof(index + 1 - start, spread, tries)) end = index + 1;
    }
    if (end > start) parts.push(stretch.slice(start, end));
    start = Math.max(end, start + 1);
  }
  return parts;
}

/** Half the range, as a part of its middle. */
function spreadOf(intervals: readonly number[]): number {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const ms of intervals) [low, high] = [Math.min(low, ms), Math.max(high, ms)];
  return (high - low) / (high + low);
}

/**
 * Whether chance would seldom enough give so many intervals that are so much alike. Of restarts at random moments, an
 * interval is exponentially distributed; it falls within the part `d` around a given middle with a probability of at
 * most about `(2 sinh d) / e`, whatever the rate. All but one of `n` must, any one can be that one, and a part can
 * begin at any of the `tries` restarts.
 */
function isProof(n: number, d: number, tries: number): boolean {
  if (n < SLOW_LOOP.minIntervals) return false;
  return tries * n * ((2 * Math.sinh(d)) / Math.E) ** (n - 1) <= SLOW_LOOP.maxChance;
}
