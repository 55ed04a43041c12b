import type { Pattern } from '../contract/pattern.ts';
import type { Timeline } from '../contract/timeline.ts';
import { hedge } from '../hedge.ts';
import { formatDuration, millisBetween } from '../time.ts';
import { ladderOf } from './back-off.ts';
import { beginningOf, type ContainerHistory, longestRunMs, type Step } from './container-history.ts';
import { CRASH_LOOP } from './rules.ts';
import { sayCauses } from './wording.ts';

/** The crash loops of one container, oldest first; the rule is `CRASH_LOOP`. */
export function findCrashLoops({ gaps, pod }: Timeline, history: ContainerHistory): Pattern[] {
  const standalone = history.runs.some(({ containerId }) => containerId === pod.uid);
  return loopsOf(history.steps).flatMap((loop) => {
    const [first, last] = [loop[0], loop.at(-1)];
    const from = first?.before?.finishedAt ?? first?.restart.at ?? null;
    const to = last?.restart.at ?? null;
    if (last === undefined || from === null || to === null) return [];
    const restarts = loop.map(({ restart }) => restart);
    const ladder = standalone
      ? undefined
      : ladderOf(
          restarts.map(({ backoffMs }) => backoffMs),
          pod.deletedAt !== null || last !== history.steps.at(-1) || lastedLong(last),
        );
    const found: Pattern = {
      kind: 'crash-loop',
      container: history.container,
      from,
      to,
      count: loop.length,
      ...(ladder === undefined ? {} : { backOff: ladder }),
      explanation: [
        `The container ended and was started again ${hedge(gaps, from, to)}${loop.length} times within ${formatDuration(millisBetween(from, to))}, each time before it had run for ${formatDuration(CRASH_LOOP.goodRunMs)} (${sayCauses(restarts)}).`,
        ...(ladder === undefined ? [] : [sayLadder(ladder.waitsMs, ladder.nextMs)]),
      ]
        .filter((sentence) => sentence !== '')
        .join(' '),
      restarts: loop.map(({ index }) => index),
    };
    return [found];
  });
}

function loopsOf(steps: readonly Step[]): Step[][] {
  const loops: Step[][] = [[]];
  for (const step of steps) {
    if (isCrash(step)) loops.at(-1)?.push(step);
    else loops.push([]);
  }
  return loops.filter(
    (loop) =>
      loop.length >= CRASH_LOOP.minRestarts &&
      loop.some(({ restart }) => restart.cause !== 'unknown' || restart.backoffMs > 0),
  );
}

function isCrash(step: Step): boolean {
  const ranMs = longestRunMs(step);
  return (
    step.restart.at !== null &&
    CRASH_LOOP.causes.has(step.restart.cause) &&
    ranMs !== undefined &&
    ranMs < CRASH_LOOP.goodRunMs
  );
}

function lastedLong({ after }: Step): boolean {
  const began = beginningOf(after);
  const ended = after?.finishedAt ?? null;
  return began !== undefined && ended !== null && millisBetween(began, ended) >= CRASH_LOOP.goodRunMs;
}

/** How many of the waits are told in words: the ladder has six rungs, the rest repeat the last. */
const WAITS_SAID = 8;

function sayLadder(waitsMs: readonly number[], nextMs: number | null): string {
  if (waitsMs.length === 0) return '';
  const said = waitsMs.slice(-WAITS_SAID).map((ms) => formatDuration(ms));
  const lead = waitsMs.length > WAITS_SAID ? 'The last waits of the kubelet were' : 'The kubelet waited';
  const next =
    nextMs === null
      ? ''
      : `; if the container ends again within ${formatDuration(CRASH_LOOP.goodRunMs)}, the next wait is ${formatDuration(nextMs)}`;
  return `${lead} ${said.join(', ')}${next}.`;
}
