import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { reconstructWorkload } from '../../../timeline/workloads/reconstruct-workload.ts';
import { watchedFrom } from '../../support/recorded-events.ts';
import { aReplica, at, NAMESPACE, tellPod, type ToldPod, uidOf } from '../../support/workload-history.ts';

const clock = (second: number) =>
  new Date(Date.parse('2026-03-01T10:00:00Z') + second * 1000).toISOString().slice(11, -1);

/** Pods of two revisions that come and go as they like, in few moments, so that they get in each other's way. */
const pods = fc
  .array(
    fc.record({
      hash: fc.constantFrom('aaa', 'bbb'),
      born: fc.integer({ min: 0, max: 20 }),
      startsAfter: fc.option(fc.integer({ min: 0, max: 3 })),
      livesFor: fc.option(fc.integer({ min: 1, max: 20 })),
      disruption: fc.option(
        fc.constantFrom('EvictionByEvictionAPI', 'PreemptionByScheduler', 'DeletionByTaintManager'),
      ),
      phase: fc.option(fc.constantFrom('Failed' as const, 'Succeeded' as const)),
      vanishes: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((lives) =>
    lives.map(({ hash, born, startsAfter, livesFor, disruption, phase, vanishes }, index): ToldPod => {
      const leaves = livesFor === null ? undefined : clock(born + livesFor);
      return aReplica('web', hash, {
        name: `web-${hash}-${index}`,
        born: clock(born),
        vanishes,
        ...(startsAfter === null || startsAfter >= (livesFor ?? Infinity)
          ? {}
          : { starts: clock(born + startsAfter) }),
        ...(leaves === undefined
          ? {}
          : phase === null
            ? {
                leaves,
                ends: leaves,
                gone: clock(born + (livesFor ?? 0) + 1),
                ...(disruption === null ? {} : { disruption }),
              }
            : { ends: leaves, phase }),
      });
    }),
  );

function tell(told: readonly ToldPod[], eventsOf: (events: RecordedEvent[]) => RecordedEvent[]) {
  const around = watchedFrom('2026-02-28T00:00:00.000Z');
  const read = told.map((pod) => {
    const events = eventsOf([...tellPod(pod), ...around]);
    const timeline = reconstruct('lab', uidOf(pod), events);
    if (timeline === undefined) throw new Error('a told pod has events');
    return { timeline, events };
  });
  return reconstructWorkload(
    { cluster: 'lab', namespace: NAMESPACE, kind: 'Deployment', name: 'web' },
    read,
    {
      readAt: at('13:00:00'),
    },
  );
}

describe('reconstructWorkload, whatever comes and goes', () => {
  it('gives the same account in any order of pods and of events, and with repetitions', () => {
    const disordered = pods.chain((told) =>
      fc.tuple(
        fc.constant(told),
        fc.shuffledSubarray(told, { minLength: told.length, maxLength: told.length }),
        fc.integer({ min: 1, max: 97 }),
      ),
    );
    fc.assert(
      fc.property(disordered, ([told, other, step]) => {
        const turned = (events: RecordedEvent[]) => {
          const from = step % events.length;
          return [...events.slice(from), ...events].reverse();
        };
        expect(tell(other, turned)).toEqual(tell(told, (events) => events));
      }),
      { numRuns: 150 },
    );
  });

  it('gives each pod one end at most, and each the place of one at most, that was there before it', () => {
    fc.assert(
      fc.property(pods, (told) => {
        const account = tell(told, (events) => events);
        const ends = account?.replacements ?? [];
        const left = told.filter(({ leaves, phase, gone }) => (leaves ?? phase ?? gone) !== undefined);
        expect(ends.map(({ from }) => from).sort()).toEqual(left.map(uidOf).sort());
        const taken = ends.flatMap(({ to }) => to ?? []);
        expect(new Set(taken).size).toBe(taken.length);
        for (const { from, to, downtimeMs } of ends) {
          expect(from).not.toBe(to);
          expect(downtimeMs ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('adds up', () => {
    fc.assert(
      fc.property(pods, (told) => {
        const account = tell(told, (events) => events);
        if (account === undefined) throw new Error('every pod is of the workload');
        const { summary, replacements } = account;
        expect(summary.total).toBe(summary.restarts + summary.replacements);
        expect(summary.counted + summary.uncounted).toBe(summary.restarts);
        expect(summary.living + replacements.length).toBe(summary.pods);
        const byCause = Object.values(summary.replacementsByCause).reduce((total, count) => total + count, 0);
        expect(byCause).toBe(summary.replacements);
      }),
      { numRuns: 150 },
    );
  });

  it('names only evidence that there is', () => {
    fc.assert(
      fc.property(pods, (told) => {
        const ids = new Set(told.flatMap(tellPod).map(({ id }) => id));
        for (const { evidence } of tell(told, (events) => events)?.replacements ?? [])
          expect(evidence.filter((id) => !ids.has(id))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
