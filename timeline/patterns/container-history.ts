import type { Timestamp } from '../contract/primitives.ts';
import type { Restart, Run, Timeline } from '../contract/timeline.ts';
import { millisBetween } from '../time.ts';

/** One restart of a container between the runs that it lies between; a run that cannot be told is undefined. */
export interface Step {
  /** Into the timeline's `restarts`. */
  readonly index: number;
  readonly restart: Restart;
  readonly before: Run | undefined;
  readonly after: Run | undefined;
}

/** What a timeline tells of one container, oldest first. */
export interface ContainerHistory {
  readonly container: string;
  readonly runs: readonly Run[];
  readonly steps: readonly Step[];
}

/** A timeline, container by container. */
export function historiesOf({ runs, restarts }: Timeline): ContainerHistory[] {
  const runsOf = Map.groupBy(runs, ({ container }) => container);
  const restartsOf = Map.groupBy(
    restarts.map((restart, index) => ({ restart, index })),
    ({ restart }) => restart.container,
  );
  return [...restartsOf].map(([container, own]) => {
    const ownRuns = runsOf.get(container) ?? [];
    const byId = Map.groupBy(ownRuns, ({ containerId }) => containerId);
    const only = (id: string) => {
      const found = byId.get(id) ?? [];
      return found.length === 1 ? found[0] : undefined;
    };
    const steps = own.map(({ restart, index }, position): Step => {
      const [before, after] = [ownRuns[position], ownRuns[position + 1]];
      // A restart in place keeps the container's ID, so that only the position tells its runs apart.
      const inPlace = before?.containerId === restart.from && after?.containerId === restart.to;
      return inPlace
        ? { index, restart, before, after }
        : { index, restart, before: only(restart.from), after: only(restart.to) };
    });
    return { container, runs: ownRuns, steps };
  });
}

/** When a run is known to have begun. */
export function beginningOf(run: Run | undefined): Timestamp | undefined {
  return run?.startedAt ?? run?.createdAt ?? undefined;
}

/**
 * How long a run lasted at the most: to its end or, if that was not seen, to the start of the next one.
 *
 * @returns milliseconds; undefined if its beginning was not seen, or neither of the others
 */
export function longestRunMs({ before, restart }: Step): number | undefined {
  const from = beginningOf(before);
  const to = before?.finishedAt ?? restart.at;
  if (from === undefined || to === null) return undefined;
  return Math.max(0, millisBetween(from, to));
}
