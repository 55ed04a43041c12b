import type { Pattern } from '../contract/pattern.ts';
import type { Phase, Timeline } from '../contract/timeline.ts';
import { hedge } from '../hedge.ts';
import { formatDuration, latestMeant, millisBetween } from '../time.ts';
import type { ContainerHistory, Step } from './container-history.ts';
import { median } from './median.ts';
import { FLAPPING } from './rules.ts';
import { sayCauses } from './wording.ts';

/** Restarts of one container that come faster than the kubelet looks; the rule is `FLAPPING`. */
export function findFlappingRestarts({ gaps }: Timeline, history: ContainerHistory): Pattern[] {
  const chains: Step[][] = [];
  for (const step of history.steps) {
    const { at } = step.restart;
    if (at === null) {
      chains.push([]);
      continue;
    }
    const before = chains.at(-1)?.at(-1)?.restart.at ?? null;
    // Whole seconds may lie further apart than they look: only what is surely as near counts.
    const near = before !== null && isWithin(before, latestMeant(at), FLAPPING.lookMs);
    if (near) chains.at(-1)?.push(step);
    else chains.push([step]);
  }
  return chains.flatMap((chain) => {
    const times = chain.flatMap(({ restart }) => restart.at ?? []);
    const [from, to] = [times[0], times.at(-1)];
    if (chain.length < FLAPPING.minRestarts || from === undefined || to === undefined) return [];
    const restarts = chain.map(({ restart }) => restart);
    return [
      {
        kind: 'flapping',
        container: history.container,
        from,
        to,
        count: chain.length,
        ...period(times),
        explanation: `The container restarted ${hedge(gaps, from, to)}${chain.length} times within ${formatDuration(Math.max(0, millisBetween(from, to)))} (${sayCauses(restarts)}), faster than the kubelet looks (once a second), so that Kubernetes cannot have seen each of them.`,
        restarts: chain.map(({ index }) => index),
      } satisfies Pattern,
    ];
  });
}

interface Loss {
  readonly index: number;
  readonly at: string;
}

/** Readiness that is lost and regained again and again while the containers run; the rule is `FLAPPING`. */
export function findFlappingReadiness(timeline: Timeline): Pattern[] {
  const { gaps, runs } = timeline;
  const chains: Loss[][] = [];
  for (const loss of lossesOf(timeline)) {
    const before = chains.at(-1)?.at(-1);
    const near = before !== undefined && isWithin(before.at, loss.at, FLAPPING.maxApartMs);
    if (near) chains.at(-1)?.push(loss);
    else chains.push([loss]);
  }
  const names = new Set(
    runs.filter(({ kind }) => kind === 'app' || kind === 'sidecar').map(({ container }) => container),
  );
  const [only = null] = names;
  const container = names.size === 1 ? only : null;
  return chains.flatMap((chain) => {
    const [from, to] = [chain[0]?.at, chain.at(-1)?.at];
    if (chain.length < FLAPPING.minLosses || from === undefined || to === undefined) return [];
    const who = container === null ? 'The pod' : 'The container';
    return [
      {
        kind: 'flapping',
        container,
        from,
        to,
        count: chain.length,
        ...period(chain.map(({ at }) => at)),
        explanation: `${who} stopped being ready ${hedge(gaps, from, to)}${chain.length} times within ${formatDuration(Math.max(0, millisBetween(from, to)))} and ran on all the while: its readiness probe fails and passes by turns.`,
        restarts: [],
        phases: chain.map(({ index }) => index),
      } satisfies Pattern,
    ];
  });
}

/** Where fewer containers are ready than before, of as many, and none of them ended or began. */
function lossesOf({ phases, runs }: Timeline): Loss[] {
  const turns = runs
    .flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt])
    .flatMap((time) => (time === null ? [] : Date.parse(time)))
    .sort((a, b) => a - b);
  return phases.flatMap((phase, index) => {
    const before = phases[index - 1];
    if (before === undefined || !isLoss(before, phase)) return [];
    return isNear(turns, Date.parse(phase.at)) ? [] : [{ index, at: phase.at }];
  });
}

function isLoss(before: Phase, after: Phase): boolean {
  const [was, is] = [readyOf(before), readyOf(after)];
  return (
    was !== undefined &&
    is !== undefined &&
    was.of === is.of &&
    is.ready < was.ready &&
    before.status === 'Running' &&
    after.status === 'Running' &&
    before.restarts === after.restarts
  );
}

function readyOf({ ready }: Phase): { readonly ready: number; readonly of: string } | undefined {
  const [, count, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(ready) ?? [];
  return count === undefined || of === undefined ? undefined : { ready: Number(count), of };
}

/** Whether one of the sorted moments is near. */
function isNear(sorted: readonly number[], moment: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < moment - FLAPPING.runNearMs) low = middle + 1;
    else high = middle;
  }
  return (sorted[low] ?? Number.POSITIVE_INFINITY) <= moment + FLAPPING.runNearMs;
}

function isWithin(from: string, to: string, ms: number): boolean {
  const between = millisBetween(from, to);
  return between >= 0 && between <= ms;
}

function period(times: readonly string[]): { periodMs?: number } {
  const intervals = times.slice(1).map((time, index) => Math.abs(millisBetween(times[index] ?? time, time)));
  return intervals.length === 0 ? {} : { periodMs: median(intervals) };
}
