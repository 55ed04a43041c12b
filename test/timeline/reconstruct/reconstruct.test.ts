import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { recordedEvent } from '../../../timeline/contract/event.ts';
import { timeline as timelineSchema, type Timeline } from '../../../timeline/contract/timeline.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { compareTimes } from '../../../timeline/time.ts';
import { DEED_KINDS, type Deed, tellHistory } from '../../support/pod-history.ts';
import { POD } from '../../support/recorded-events.ts';

const deeds = fc.array(
  fc.record<Deed>({
    kind: fc.constantFrom(...DEED_KINDS),
    ranMs: fc.integer({ min: 3_000, max: 900_000 }),
    downMs: fc.integer({ min: 0, max: 60_000 }),
  }),
  { maxLength: 8 },
);

function accountOf(events: Iterable<RecordedEvent>): Timeline {
  const account = reconstruct('lab', POD.uid, events);
  if (account === undefined) throw new Error('no event is about the pod');
  return account;
}

describe('reconstruct', () => {
  it('finds every run and restart of any history, with cause, count and downtime as they truly were', () => {
    fc.assert(
      fc.property(deeds, (done) => {
        const { events, truth } = tellHistory(done);
        const account = accountOf(events);
        expect(account.runs).toHaveLength(truth.runs);
        expect(
          account.restarts.map(({ cause, counted, downtimeMs }) => ({ cause, counted, downtimeMs })),
        ).toEqual(truth.restarts);
        expect(account.runs.slice(0, -1).map(({ exitCode }) => exitCode)).toEqual(truth.exitCodes);
        expect(account.summary.complete).toBe(true);
      }),
    );
  });

  it('gives the same account whatever the order and repetition of the events', () => {
    const shuffled = deeds.chain((done) => {
      const { events } = tellHistory(done);
      return fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray([...events], { minLength: events.length, maxLength: events.length }),
        fc.subarray([...events]),
      );
    });
    fc.assert(
      fc.property(shuffled, ([events, disordered, again]) => {
        expect(accountOf([...disordered, ...again])).toEqual(accountOf(events));
      }),
    );
  });

  it('gives an account that its own schema accepts, from events that theirs accept', () => {
    fc.assert(
      fc.property(deeds, (done) => {
        const { events } = tellHistory(done);
        for (const event of events) expect(recordedEvent.safeParse(event).success).toBe(true);
        expect(timelineSchema.safeParse(accountOf(events)).error?.issues).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('holds its invariants for any part of a history', () => {
    const parts = deeds.chain((done) => fc.subarray([...tellHistory(done).events]));
    fc.assert(
      fc.property(parts, (events) => {
        const account = reconstruct('lab', POD.uid, events);
        if (account === undefined) return;
        const { summary, restarts, runs } = account;
        expect(summary.counted + summary.uncounted).toBe(summary.restarts);
        expect(restarts).toHaveLength(summary.restarts);
        const evidence = new Set(events.map((event) => event.id));
        for (const restart of restarts) {
          expect(restart.downtimeMs ?? 0).toBeGreaterThanOrEqual(0);
          for (const id of restart.evidence) expect(evidence).toContain(id);
        }
        for (const [index, run] of runs.entries()) {
          const next = runs[index + 1];
          if (run.startedAt !== null && run.finishedAt !== null) {
            expect(compareTimes(run.startedAt, run.finishedAt)).toBeLessThanOrEqual(0);
          }
          if (run.finishedAt !== null && next !== undefined && next.startedAt !== null) {
            expect(compareTimes(run.finishedAt, next.startedAt)).toBeLessThanOrEqual(0);
          }
        }
      }),
    );
  });

  it('never says more of a run from fewer events', () => {
    const parts = deeds.chain((done) => {
      const { events } = tellHistory(done.filter(({ kind }) => kind !== 'docker-restart'));
      return fc.tuple(fc.constant(events), fc.subarray([...events]));
    });
    fc.assert(
      fc.property(parts, ([events, part]) => {
        const whole = new Map(accountOf(events).runs.map((run) => [run.containerId, run]));
        for (const run of reconstruct('lab', POD.uid, part)?.runs ?? []) {
          const known = whole.get(run.containerId);
          expect(known).toBeDefined();
          if (run.exitCode !== null) expect(run.exitCode).toBe(known?.exitCode);
          for (const fact of ['startedAt', 'finishedAt'] as const) {
            // A status knows whole seconds, Docker more: the same moment, told more coarsely.
            if (run[fact] !== null) expect(run[fact].slice(0, 19)).toBe(known?.[fact]?.slice(0, 19));
          }
        }
      }),
    );
  });

  it('says unknown rather than blame someone when the source that would tell was not watched', () => {
    const { events } = tellHistory([{ kind: 'docker-stop', ranMs: 60_000, downMs: 1_000 }]);
    const unheard = events.filter((event) => !(event.source === 'agent' && event.watched === 'event'));
    const [restart] = accountOf(unheard).restarts;
    expect(restart?.cause).toBe('unknown');
    expect(restart?.explanation).toContain('Kubernetes Events were not watched then');
  });

  it('knows nothing of a pod that no event is about', () => {
    expect(reconstruct('lab', 'another-uid', tellHistory([]).events)).toBeUndefined();
  });
});
