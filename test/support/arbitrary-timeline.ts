// Any timelines that the schema accepts, of few containers and few moments, so that their parts speak of the same things.
import fc, { type Arbitrary } from 'fast-check';
import {
  gap,
  type Phase,
  phase,
  type Restart,
  restart,
  restartSummary,
  type Run,
  run,
  type Sandbox,
  sandbox,
  type Timeline,
  timelinePod,
} from '../../timeline/contract/timeline.ts';
import { CAUSES } from '../../timeline/contract/words.ts';
import { compareTimes } from '../../timeline/time.ts';
import { arbitraryOf } from './arbitrary-of-schema.ts';

const ids = fc.constantFrom('a', 'b', 'c', 'd');
const containers = fc.constantFrom('web', 'web', 'other');
const times = fc.oneof(
  fc.constantFrom('1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z'),
  fc.integer({ min: 0, max: 20 }).map((step) => `2026-03-01T10:${String(step).padStart(2, '0')}:00Z`),
  fc.integer({ min: 0, max: 9 }).map((step) => `2026-03-01T10:00:00.${step}Z`),
  fc.integer({ min: 1, max: 9 }).map((step) => `2026-03-0${step}T10:00:00Z`),
);
const timeOrNull = fc.option(times, { freq: 8 });

/** What the schema accepts, with these of its fields chosen from fewer values. */
function having<T>(
  base: Arbitrary<unknown>,
  fields: { readonly [K in keyof T]?: Arbitrary<T[K]> },
): Arbitrary<T> {
  const chosen = fc.record(fields as Record<string, Arbitrary<unknown>>);
  return fc.tuple(base, chosen).map(([value, own]) => Object.assign({}, value, own) as T);
}

const anyOrder: Arbitrary<Timeline> = fc.record({
  pod: having<Timeline['pod']>(arbitraryOf(timelinePod), {
    uid: fc.constantFrom('pod-1', 'pod-2', 'pod-3', 'a'),
    node: fc.constantFrom('node1', null),
    createdAt: timeOrNull,
  }),
  summary: arbitraryOf(restartSummary) as Arbitrary<Timeline['summary']>,
  sandboxes: fc.array(having<Sandbox>(arbitraryOf(sandbox), { id: ids, finishedAt: timeOrNull }), {
    maxLength: 3,
  }),
  runs: fc.array(
    having<Run>(arbitraryOf(run), {
      container: containers,
      containerId: ids,
      sandboxId: fc.option(ids),
      startedAt: timeOrNull,
      finishedAt: timeOrNull,
    }),
    { maxLength: 12 },
  ),
  restarts: fc.array(
    having<Restart>(arbitraryOf(restart), {
      container: containers,
      at: timeOrNull,
      from: ids,
      to: ids,
      cause: fc.oneof(fc.constantFrom(...CAUSES), fc.constant('exited' as const)),
    }),
    { maxLength: 12 },
  ),
  gaps: fc.array(arbitraryOf(gap) as Arbitrary<Timeline['gaps'][number]>, { maxLength: 2 }),
  phases: fc.array(
    having<Phase>(arbitraryOf(phase), {
      at: times,
      ready: fc.constantFrom('0/1', '1/1', '1/2', 'x'),
      status: fc.constantFrom('Running', 'Error'),
      restarts: fc.constant(1),
    }),
    { maxLength: 10 },
  ),
});

/** As `reconstruct` gives them, in order of time, or in none. */
export const arbitraryTimeline: Arbitrary<Timeline> = fc
  .tuple(anyOrder, fc.boolean())
  .map(([timeline, ordered]) =>
    ordered
      ? {
          ...timeline,
          runs: timeline.runs.sort((a, b) => compare(a.startedAt, b.startedAt)),
          restarts: timeline.restarts.sort((a, b) => compare(a.at, b.at)),
          phases: timeline.phases.sort((a, b) => compare(a.at, b.at)),
        }
      : timeline,
  );

function compare(a: string | null, b: string | null): number {
  return compareTimes(a ?? '9999-12-31T23:59:59.999999999Z', b ?? '9999-12-31T23:59:59.999999999Z');
}
