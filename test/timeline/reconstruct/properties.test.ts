import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { timeline as timelineSchema, type Timeline } from '../../../timeline/contract/timeline.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { compareTimes, shift } from '../../../timeline/time.ts';
import { DEED_KINDS, type Deed, type DeedKind, tellHistory } from '../../support/pod-history.ts';
import {
  asContainer,
  asFirstContainer,
  byClocks,
  type Clocks,
  watchedEarlier,
  withAgentRestart,
  withGap,
  withoutDocker,
} from '../../support/pod-variations.ts';
import { POD } from '../../support/recorded-events.ts';

type Truth = ReturnType<typeof tellHistory>['truth'];

interface Pod {
  readonly events: readonly RecordedEvent[];
  readonly truth: ReadonlyMap<string, Truth>;
}

const START = Date.parse('2026-03-01T10:00:00.000Z');
/** What befalls one container alone: the sandbox is the whole pod's. */
const OF_ONE = DEED_KINDS.filter((kind) => !kind.startsWith('sandbox'));

const deedsOf = (kinds: readonly DeedKind[], maxLength: number) =>
  fc.array(
    fc.record<Deed>({
      kind: fc.constantFrom(...kinds),
      ranMs: fc.integer({ min: 3_000, max: 900_000 }),
      downMs: fc.integer({ min: 0, max: 60_000 }),
    }),
    { maxLength },
  );

/** A pod of one container to which anything is done, or of several in one sandbox, an init container first. */
const pod: Arbitrary<Pod> = fc.oneof(
  deedsOf(DEED_KINDS, 6).map((deeds): Pod => {
    const { events, truth } = tellHistory(deeds, START);
    return { events, truth: new Map([['web', truth]]) };
  }),
  fc
    .record({
      web: deedsOf(OF_ONE, 4),
      second: deedsOf(OF_ONE, 3),
      mesh: deedsOf(OF_ONE, 3),
      prepare: deedsOf(['exit-1'], 2),
    })
    .map(({ web, second, mesh, prepare }): Pod => {
      const told = {
        web: tellHistory(web, START),
        second: tellHistory(second, START + 1_311),
        mesh: tellHistory(mesh, START + 977),
        prepare: tellHistory(prepare, START + 401),
      };
      return {
        events: [
          ...asFirstContainer(told.web.events),
          ...asContainer(told.second.events, 'second', 'app', 1),
          ...asContainer(told.mesh.events, 'mesh', 'sidecar', 2),
          ...asContainer(told.prepare.events, 'prepare', 'init', 3),
        ],
        truth: new Map(Object.entries(told).map(([name, { truth }]) => [name, truth])),
      };
    }),
);

const minutes = fc.integer({ min: -240_000, max: 240_000 });
const clocks: Arbitrary<Clocks> = fc.record({ nodeMs: minutes, apiMs: minutes, agentMs: minutes });

/** Moments within the first hour of the pod, by the agent's clock. */
const stretch = fc
  .tuple(fc.integer({ min: 0, max: 3_600_000 }), fc.integer({ min: 1, max: 600_000 }))
  .map(([fromMs, lengthMs]) => ({
    from: new Date(START + fromMs).toISOString(),
    to: new Date(START + fromMs + lengthMs).toISOString(),
  }));

/** Stretches one after the other, as one agent would live through them. */
const troubles = fc
  .array(
    fc.record({
      source: fc.constantFrom('pod' as const, 'event' as const, 'docker' as const),
      afterMs: fc.integer({ min: 0, max: 900_000 }),
      lengthMs: fc.integer({ min: 1, max: 600_000 }),
    }),
    { maxLength: 4 },
  )
  .map((list) => {
    let ms = START;
    return list.map(({ source, afterMs, lengthMs }) => {
      const from = ms + afterMs;
      ms = from + lengthMs;
      return { source, from: new Date(from).toISOString(), to: new Date(ms).toISOString() };
    });
  });

/** The pod as an agent records it that cannot always listen, and says so; in the end it may be killed itself. */
const gappyPod = fc
  .record({ pod, troubles, isKilled: fc.boolean(), docker: fc.boolean() })
  .map(({ pod: { events, truth }, troubles: all, isKilled, docker }): Pod => {
    const killed = isKilled ? all.at(-1) : undefined;
    let heard = docker ? [...events] : withoutDocker(events);
    for (const gap of all) {
      if (gap === killed) heard = withAgentRestart(heard, gap.from, gap.to);
      else if (docker || gap.source !== 'docker') heard = withGap(heard, gap.source, gap.from, gap.to);
    }
    return { events: heard, truth };
  });

function accountOf(events: Iterable<RecordedEvent>): Timeline {
  const account = reconstruct('lab', POD.uid, events);
  if (account === undefined) throw new Error('no event is about the pod');
  return account;
}

const restartsOf = ({ restarts }: Timeline, name: string) =>
  restarts.filter(({ container }) => container === name);

/** What must hold of every account, whatever was recorded. */
function expectSound(account: Timeline, events: readonly RecordedEvent[]): void {
  const { summary, restarts, runs } = account;
  expect(timelineSchema.safeParse(account).error?.issues).toBeUndefined();
  expect(summary.counted + summary.uncounted).toBe(summary.restarts);
  const recorded = new Set(events.map(({ id }) => id));
  for (const restart of restarts) {
    expect(restart.downtimeMs ?? 0).toBeGreaterThanOrEqual(0);
    expect(restart.backoffMs).toBeLessThanOrEqual(restart.downtimeMs ?? Number.MAX_SAFE_INTEGER);
    for (const id of restart.evidence) expect(recorded).toContain(id);
  }
  for (const name of new Set(runs.map(({ container }) => container))) {
    const own = runs.filter(({ container }) => container === name);
    expect(restartsOf(account, name)).toHaveLength(own.length - 1);
    for (const [index, run] of own.entries()) {
      const next = own[index + 1];
      if (run.startedAt !== null && run.finishedAt !== null)
        expect(compareTimes(run.startedAt, run.finishedAt)).toBeLessThanOrEqual(0);
      if (run.finishedAt !== null && next !== undefined && next.startedAt !== null)
        expect(compareTimes(run.finishedAt, next.startedAt)).toBeLessThanOrEqual(0);
      if (run.startedAt !== null && run.readyAt !== null)
        expect(compareTimes(run.startedAt, run.readyAt)).toBeLessThanOrEqual(0);
    }
  }
}

describe('reconstruct, of any pod', () => {
  it('tells every restart of every container as it truly was, however far the clocks are apart', () => {
    fc.assert(
      fc.property(pod, clocks, ({ events, truth }, skew) => {
        // How far clocks are apart is seen to about two seconds, so that what happens in the first two stays open.
        const account = accountOf(byClocks(watchedEarlier(events, 10_000), skew));
        for (const [name, true_] of truth) {
          expect(account.runs.filter(({ container }) => container === name)).toHaveLength(true_.runs);
          expect(
            restartsOf(account, name).map(({ cause, counted, downtimeMs }) => ({
              cause,
              counted,
              downtimeMs,
            })),
          ).toEqual(true_.restarts);
        }
        expect(account.summary.unseen).toBeUndefined();
      }),
    );
  });

  it('gives the same account whatever the order, the repetition and the batches in which the events come', () => {
    const delivered = gappyPod.chain(({ events }) =>
      fc.record({
        events: fc.constant(events),
        disordered: fc.shuffledSubarray([...events], { minLength: events.length }),
        again: fc.subarray([...events]),
        batchSize: fc.integer({ min: 1, max: 40 }),
      }),
    );
    fc.assert(
      fc.property(delivered, ({ events, disordered, again, batchSize }) => {
        const expected = reconstruct('lab', POD.uid, events);
        expect(reconstruct('lab', POD.uid, [...disordered, ...again])).toEqual(expected);
        const batches = Array.from({ length: Math.ceil(events.length / batchSize) }, (_, index) =>
          events.slice(index * batchSize, (index + 1) * batchSize),
        );
        expect(reconstruct('lab', POD.uid, [...batches].reverse().flat())).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('is sound for any pod, any gaps, any clocks, and any part of what was recorded', () => {
    const parts = fc
      .record({ pod: gappyPod, skew: clocks })
      .map(({ pod: { events }, skew }) => byClocks(events, skew))
      .chain((events) => fc.oneof(fc.constant(events), fc.subarray(events)));
    fc.assert(
      fc.property(parts, (events) => {
        const account = reconstruct('lab', POD.uid, events);
        if (account === undefined) return;
        expect(account.restarts).toHaveLength(account.summary.restarts);
        expectSound(account, events);
      }),
      { numRuns: 150 },
    );
  });

  it('never has a run, a time or an exit code other than the truth from fewer events', () => {
    const parts = fc.record({ pod, docker: fc.boolean() }).chain(({ pod: { events }, docker }) =>
      fc.record({
        whole: fc.constant(events),
        part: fc.subarray(docker ? [...events] : withoutDocker(events)),
      }),
    );
    fc.assert(
      fc.property(parts, ({ whole, part }) => {
        const known = accountOf(whole).runs;
        for (const run of reconstruct('lab', POD.uid, part)?.runs ?? []) {
          const same = known.filter(({ containerId }) => containerId === run.containerId);
          expect(same).not.toEqual([]);
          // One ID has several runs only where Docker restarted it in place, and a part can leave open which one it is.
          if (same.length > 1) continue;
          if (run.exitCode !== null) expect(run.exitCode).toBe(same[0]?.exitCode);
          for (const fact of ['startedAt', 'finishedAt'] as const) {
            // A status knows whole seconds, Docker more: the same moment, told more coarsely.
            if (run[fact] !== null) expect(run[fact].slice(0, 19)).toBe(same[0]?.[fact]?.slice(0, 19));
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('blames nobody for what happened while nobody listened', () => {
    fc.assert(
      fc.property(gappyPod, ({ events, truth }) => {
        const account = reconstruct('lab', POD.uid, events);
        for (const restart of account?.restarts ?? []) {
          const causes = new Set<string>(truth.get(restart.container)?.restarts.map(({ cause }) => cause));
          causes.add('unknown');
          if ([...causes].some((cause) => cause.startsWith('sandbox'))) causes.add('sandbox-changed');
          expect(causes).toContain(restart.cause);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('says of the cause of each restart that was heard in full what it truly was, in spite of gaps elsewhere', () => {
    fc.assert(
      fc.property(deedsOf(DEED_KINDS, 4), stretch, (deeds, { from, to }) => {
        const { events, truth } = tellHistory(deeds, START);
        const account = accountOf(withGap(events, 'event', from, to));
        expect(account.restarts).toHaveLength(truth.restarts.length);
        for (const [index, { at, cause }] of account.restarts.entries()) {
          if (at === null) continue;
          const isClear = at < shift(from, -60_000) || at > shift(to, 180_000);
          const expected = truth.restarts[index]?.cause;
          if (isClear) expect(cause).toBe(expected);
          else expect([expected, 'unknown']).toContain(cause);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds runs and counts from the API alone, and claims nothing that only a runtime could tell', () => {
    fc.assert(
      fc.property(deedsOf(DEED_KINDS, 6), clocks, (deeds, skew) => {
        const { events, truth } = tellHistory(deeds, START);
        const account = accountOf(byClocks(withoutDocker(events), skew));
        expect(account.summary.kubernetesRestartCount).toBe(
          truth.restarts.filter(({ counted }) => counted).length,
        );
        expect(account.summary.complete).toBe(false);
        for (const { cause } of account.restarts)
          expect(cause).not.toMatch(/externally$|^sandbox-(?:killed|stopped|removed)$/);
      }),
    );
  });
});
