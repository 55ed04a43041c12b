// What every engine under the store is held to as to restarts across clusters.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoStore } from '../../../functions/store/dynamo-store.ts';
import { InvalidCursorError, StoreBusyError } from '../../../functions/store/errors.ts';
import type { FoldingRule } from '../../../functions/store/pod-matter.ts';
import type { Page, Store } from '../../../functions/store/store.ts';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import type { RestartRecord } from '../../../timeline/contract/report.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { restartRecords } from '../../../timeline/reports/restart-records.ts';
import type { Engine } from '../../support/dynamodb.ts';
import {
  beforeNext,
  dieAfter,
  leaveUnprocessed,
  type Mishap,
  mishaps,
} from '../../support/dynamodb-faults.ts';
import { DEED_KINDS, tellHistory } from '../../support/pod-history.ts';
import { aDockerEvent, aPodRevision, aStatus, containerId, POD } from '../../support/recorded-events.ts';

const NOW = '2026-03-01T12:00:00Z';

/**
 * @param runs how many random cases each property gets
 * @param folding when logs are folded, if it is to be sooner than usual
 */
export function restartContract(
  startEngine: () => Promise<Engine>,
  runs: number,
  folding?: FoldingRule,
): void {
  let engine: Engine;
  let store: Store;
  let clusters = 0;
  const freshCluster = () => `restarts-${(clusters += 1)}`;
  const newStore = () =>
    createDynamoStore({
      client: engine.client,
      tableName: engine.tableName,
      clock: () => Date.parse(NOW),
      patience: { sleep: briefly, random: Math.random },
      ...(folding === undefined ? {} : { folding }),
    });
  const listed = async (cluster: string) =>
    (await everyPage((cursor) => store.restarts({ cluster }, 50, cursor))).flat();

  beforeAll(async () => {
    engine = await startEngine();
    store = newStore();
  });
  afterAll(() => engine.close());

  const deeds = fc.array(
    fc.record({
      kind: fc.constantFrom(...DEED_KINDS),
      ranMs: fc.integer({ min: 5_000, max: 900_000 }),
      downMs: fc.integer({ min: 1_000, max: 20_000 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  /** All events, those about the watching too, some more than once, in any order, cut into batches. */
  const deliveries = deeds.chain((done) => {
    const { events } = tellHistory(done);
    return fc
      .tuple(
        fc.shuffledSubarray([...events], { minLength: events.length }),
        fc.array(fc.constantFrom(...events), { maxLength: 8 }),
        fc.integer({ min: 1, max: 12 }),
      )
      .map(([order, again, size]) => ({ events, batches: batchesOf([...order, ...again], size) }));
  });

  describe('restarts', () => {
    it('are listed, newest first, as the timeline tells them', async () => {
      const cluster = freshCluster();
      const { events } = tellHistory([
        { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
        { kind: 'exit-1', ranMs: 90_000, downMs: 2_000 },
        { kind: 'sandbox-rm', ranMs: 90_000, downMs: 2_000 },
      ]);
      await store.putEvents(cluster, events);
      const restarts = await listed(cluster);
      expect(restarts).toEqual(expected(cluster, events));
      expect(restarts.map(({ cause }) => cause)).toEqual(['sandbox-removed', 'exited', 'removed-externally']);
    });

    it('are those of the timeline whatever the order, the batches and the repetitions', async () => {
      await fc.assert(
        fc.asyncProperty(deliveries, async ({ events, batches }) => {
          const cluster = freshCluster();
          for (const batch of batches) await store.putEvents(cluster, batch);
          expect(await listed(cluster)).toEqual(expected(cluster, events));
        }),
        { numRuns: runs },
      );
    }, 120_000);

    /** Each writer has every so manieth batch, and all write at once. */
    async function writeAtOnce(
      cluster: string,
      batches: readonly (readonly RecordedEvent[])[],
      writers: number,
    ) {
      await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          const own = newStore();
          for (const [index, batch] of batches.entries()) {
            if (index % writers === writer) await own.putEvents(cluster, batch);
          }
        }),
      );
    }
    const writersOf = fc.integer({ min: 2, max: 4 });

    it('are those of the timeline when several writers write at once', async () => {
      await fc.assert(
        fc.asyncProperty(deliveries, writersOf, async ({ events, batches }, writers) => {
          const cluster = freshCluster();
          await writeAtOnce(cluster, batches, writers);
          expect(await listed(cluster)).toEqual(expected(cluster, events));
        }),
        { numRuns: runs },
      );
    }, 120_000);

    it('are all there when one writer settles what another has yet to write its head for', async () => {
      // Of this case every third run lost a restart: which writer is where is a matter of luck.
      const cases = fc.sample(fc.tuple(deliveries, writersOf), { seed: 154_769_067, numRuns: 12 });
      const [{ events, batches }, writers] = cases.at(-1) ?? expect.fail('there is no such case');
      for (let run = 0; run < 10; run += 1) {
        const cluster = freshCluster();
        await writeAtOnce(cluster, batches, writers);
        expect(await listed(cluster)).toEqual(expected(cluster, events));
      }
    }, 120_000);

    it('are right after a writer died at any point and its batch was sent again', async () => {
      await fc.assert(
        fc.asyncProperty(deliveries, fc.integer({ min: 0, max: 12 }), async ({ events, batches }, writes) => {
          const cluster = freshCluster();
          for (const batch of batches) {
            const fault = dieAfter(engine.client, writes);
            try {
              await newStore().putEvents(cluster, batch);
            } catch (error) {
              expect(String(error)).toContain('crashed');
            } finally {
              fault.stop();
            }
            await store.putEvents(cluster, batch);
          }
          expect(await listed(cluster)).toEqual(expected(cluster, events));
          const summary = await store.podSummary(cluster, POD.uid);
          expect(summary?.summary.restarts).toBe(expected(cluster, events).length);
        }),
        { numRuns: runs },
      );
    }, 120_000);

    it('are all there, each once, whatever befalls the requests to DynamoDB', async () => {
      const befalls = fc.array(
        fc.constantFrom<Mishap>('none', 'none', 'none', 'none', 'refused', 'unanswered', 'unsent'),
        { minLength: 5, maxLength: 60 },
      );
      await fc.assert(
        fc.asyncProperty(deliveries, befalls, async ({ events, batches }, list) => {
          const cluster = freshCluster();
          const faults = [mishaps(engine.client, list), leaveUnprocessed(engine.client, 2)];
          try {
            for (const batch of batches) {
              for (let isTaken = false; !isTaken; ) {
                try {
                  await newStore().putEvents(cluster, batch);
                  isTaken = true;
                } catch (error) {
                  expect(error instanceof StoreBusyError || String(error).includes('timed out')).toBe(true);
                }
              }
            }
          } finally {
            for (const fault of faults) fault.stop();
          }
          expect(await listed(cluster)).toEqual(expected(cluster, events));
          const stored = await store.podEvents(cluster, POD.uid);
          const sent = events.filter(({ source }) => source !== 'agent').map(({ id }) => id);
          expect(stored.map(({ id }) => id).toSorted()).toEqual(sent.toSorted());
          const summary = await store.podSummary(cluster, POD.uid);
          expect(summary?.summary.restarts).toBe(expected(cluster, events).length);
        }),
        { numRuns: runs },
      );
    }, 120_000);

    it('move when a later event tells better when they were', async () => {
      const cluster = freshCluster();
      const [first, second] = [containerId('a'), containerId('b')];
      const status = aPodRevision({
        occurredAt: '2026-03-01T10:00:30Z',
        resourceVersion: '20',
        type: 'LISTED',
        containerStatuses: [
          aStatus({
            containerId: second,
            restartCount: 1,
            state: { running: { startedAt: '2026-03-01T10:00:30Z' } },
            lastState: {
              terminated: { exitCode: 1, containerId: first, finishedAt: '2026-03-01T10:00:20Z' },
            },
          }),
        ],
      });
      await store.putEvents(cluster, [status]);
      expect((await listed(cluster)).map(({ at }) => at)).toEqual(['2026-03-01T10:00:30Z']);
      const start = aDockerEvent({
        action: 'start',
        occurredAt: '2026-03-01T10:00:30.250000000Z',
        containerId: second,
      });
      await store.putEvents(cluster, [start]);
      expect((await listed(cluster)).map(({ at }) => at)).toEqual(['2026-03-01T10:00:30.250000000Z']);
    });

    it('are explained anew when it becomes known that the engine had gone down', async () => {
      const cluster = freshCluster();
      const { events } = tellHistory([{ kind: 'exit-1', ranMs: 60_000, downMs: 2_000 }]);
      const [about, watching] = [
        events.filter(({ source }) => source !== 'agent'),
        events.filter(({ source }) => source === 'agent'),
      ];
      await store.putEvents(cluster, about);
      expect((await listed(cluster)).map(({ cause }) => cause)).toEqual(['unknown']);
      await store.putEvents(cluster, watching);
      expect((await listed(cluster)).map(({ cause }) => cause)).toEqual(['exited']);
    });

    it.each(['QueryCommand', 'PutItemCommand'])(
      'are those of both writers when one overtakes the other before its %s',
      async (command) => {
        const cluster = freshCluster();
        const { events } = tellHistory([
          { kind: 'docker-kill', ranMs: 60_000, downMs: 2_000 },
          { kind: 'oom', ranMs: 60_000, downMs: 2_000 },
        ]);
        const race = beforeNext(engine.client, command, () =>
          newStore().putEvents(
            cluster,
            events.filter((_, index) => index % 2 === 1),
          ),
        );
        try {
          await store.putEvents(
            cluster,
            events.filter((_, index) => index % 2 === 0),
          );
        } finally {
          race.stop();
        }
        expect(await listed(cluster)).toEqual(expected(cluster, events));
      },
    );
  });

  describe('a list of restarts', () => {
    let mine: readonly [string, string];
    beforeAll(async () => {
      mine = [freshCluster(), freshCluster()];
      for (const [index, cluster] of mine.entries()) {
        const { events } = tellHistory(
          Array.from({ length: 9 }, (_, deed) => ({
            kind: DEED_KINDS[(deed * 5 + index) % DEED_KINDS.length]!,
            ranMs: 60_000 + index * 1_000,
            downMs: 2_000,
          })),
        );
        await store.putEvents(cluster, events);
      }
    });
    const ours = () => ({ clusters: new Set(mine) });

    it('is the same in pages of any size', async () => {
      const whole = await everyPage((cursor) => store.restarts(ours(), 100, cursor));
      expect(whole.flat()).toHaveLength(18);
      expect(whole.flat().map(({ at }) => at)).toEqual(
        whole
          .flat()
          .map(({ at }) => at)
          .toSorted()
          .toReversed(),
      );
      for (const size of [1, 4, 18]) {
        const pages = await everyPage((cursor) => store.restarts(ours(), size, cursor));
        expect(pages.flat()).toEqual(whole.flat());
        expect(pages.map((page) => page.length)).toEqual(
          Array.from({ length: 18 / size }, () => size).concat(18 % size === 0 ? [] : [18 % size]),
        );
      }
    });

    it('goes on where it was when newer restarts come in between', async () => {
      const cluster = freshCluster();
      const history = (restarts: number) =>
        tellHistory(
          Array.from({ length: restarts }, () => ({ kind: 'exit-1', ranMs: 60_000, downMs: 2_000 })),
        );
      await store.putEvents(cluster, history(6).events);
      const before = await listed(cluster);
      const first = await store.restarts({ cluster }, 2);
      await store.putEvents(cluster, history(8).events);
      const second = await store.restarts({ cluster }, 2, first.cursor);
      expect([...first.items, ...second.items].map(({ at }) => at)).toEqual(
        before.slice(0, 4).map(({ at }) => at),
      );
      expect(await listed(cluster)).toHaveLength(8);
    });

    it('holds what its filters ask for, and nothing of a cluster that the reader may not know of', async () => {
      const all = (await everyPage((cursor) => store.restarts(ours(), 100, cursor))).flat();
      const found = async (query: Parameters<Store['restarts']>[0]) =>
        (await everyPage((cursor) => store.restarts({ ...ours(), ...query }, 5, cursor))).flat();
      expect(await found({ cluster: mine[0] })).toEqual(all.filter(({ cluster }) => cluster === mine[0]));
      expect(await found({ clusters: new Set([mine[1]]) })).toEqual(
        all.filter(({ cluster }) => cluster === mine[1]),
      );
      expect(await found({ clusters: new Set([mine[1]]), cluster: mine[0] })).toEqual([]);
      expect(await found({ cause: 'oom-killed' })).toEqual(all.filter(({ cause }) => cause === 'oom-killed'));
      expect(await found({ counted: false })).toEqual(all.filter(({ counted }) => !counted));
      expect(await found({ namespace: POD.namespace, container: 'web' })).toEqual(all);
      expect(await found({ namespace: 'elsewhere' })).toEqual([]);
      expect(await found({ workload: `Pod/${POD.name}` })).toEqual(all);
      const [from, to] = [all[12]!.at, all[3]!.at];
      expect(await found({ from, to })).toEqual(all.filter(({ at }) => at >= from && at < to));
    });

    it('refuses a cursor of another list', async () => {
      const { cursor = '' } = await store.restarts(ours(), 2);
      expect((await store.restarts(ours(), 2, cursor)).items).toHaveLength(2);
      await expect(store.restarts({ ...ours(), counted: true }, 2, cursor)).rejects.toThrow(
        InvalidCursorError,
      );
      await expect(store.restarts({}, 2, cursor)).rejects.toThrow(InvalidCursorError);
    });

    it('goes on over days on which nothing restarted', async () => {
      const cluster = freshCluster();
      const { events } = tellHistory([{ kind: 'exit-1', ranMs: 60_000, downMs: 2_000 }]);
      await store.putEvents(cluster, events);
      const query = { cluster, from: '2025-12-01T00:00:00Z', to: '2026-05-20T00:00:00Z' };
      const pages = await everyPage((cursor) => store.restarts(query, 10, cursor));
      expect(pages.flat()).toHaveLength(1);
      expect(pages.length).toBeGreaterThan(1);
    });
  });

  function expected(cluster: string, events: readonly RecordedEvent[]): readonly RestartRecord[] {
    const timeline = reconstruct(cluster, POD.uid, events);
    if (timeline === undefined) throw new Error('no event is about the pod');
    const records = restartRecords(timeline, '');
    return records.toSorted((a, b) => (a.at.slice(0, -1) < b.at.slice(0, -1) ? 1 : -1));
  }
}

export async function everyPage<T>(
  pageAt: (cursor: string | undefined) => Promise<Page<T>>,
): Promise<readonly (readonly T[])[]> {
  const pages: (readonly T[])[] = [];
  let cursor: string | undefined;
  do {
    const page = await pageAt(cursor);
    pages.push(page.items);
    cursor = page.cursor;
  } while (cursor !== undefined && pages.length < 100);
  return pages;
}

/** A hundredth of the wait: enough for writers who were in each other's way to come back apart. */
export function briefly(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms / 100));
}

function batchesOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
