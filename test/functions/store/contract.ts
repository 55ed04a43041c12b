// What every engine under the store is held to: one suite, run on the embedded database and on DynamoDB Local.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { churnTrace } from '../../../bench/trace.ts';
import { createDynamoStore } from '../../../functions/store/dynamo-store.ts';
import { InvalidCursorError, StoreBusyError } from '../../../functions/store/errors.ts';
import type { PodSummary, Store } from '../../../functions/store/store.ts';
import { eventId, type RecordedEvent } from '../../../timeline/contract/event.ts';
import type { Engine } from '../../support/dynamodb.ts';
import { beforeNext, crashAt, dieAfter, leaveUnprocessed, throttle } from '../../support/dynamodb-faults.ts';
import { DEED_KINDS, tellHistory } from '../../support/pod-history.ts';
import { briefly } from './restart-contract.ts';
import {
  aDockerEvent,
  aKubernetesEvent,
  aPodRevision,
  aStatement,
  containerId,
  POD,
} from '../../support/recorded-events.ts';

/** @param runs how many random cases each property gets */
export function storeContract(startEngine: () => Promise<Engine>, runs: number): void {
  let engine: Engine;
  let store: Store;
  let clusters = 0;
  const freshCluster = () => `cluster-${(clusters += 1)}`;
  const impatient = { sleep: briefly, random: Math.random };
  const storeOn = ({ client, tableName }: Engine, now = '2026-03-01T12:00:00Z') =>
    createDynamoStore({ client, tableName, clock: () => Date.parse(now), patience: impatient });

  beforeAll(async () => {
    engine = await startEngine();
    store = storeOn(engine);
  });
  afterAll(() => engine.close());

  describe('events', () => {
    it('are there, in order, as soon as they are put', async () => {
      const cluster = freshCluster();
      const [born, started, died] = aRun();
      expect(await store.putEvents(cluster, [died, born])).toEqual(['accepted', 'accepted']);
      expect(await store.putEvents(cluster, [started])).toEqual(['accepted']);
      expect(await store.podEvents(cluster, POD.uid)).toEqual([born, started, died]);
    });

    it('are duplicates the second time, in one batch as well as in another', async () => {
      const cluster = freshCluster();
      const [born, started] = aRun();
      expect(await store.putEvents(cluster, [born, started, born])).toEqual([
        'accepted',
        'accepted',
        'duplicate',
      ]);
      expect(await store.putEvents(cluster, [started, born])).toEqual(['duplicate', 'duplicate']);
      expect(await store.podEvents(cluster, POD.uid)).toEqual([born, started]);
    });

    it('of one moment at different precisions are in the order of their times', async () => {
      const cluster = freshCluster();
      const times = ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000000001Z', '2026-03-01T10:00:00.5Z'];
      const events = times.map((occurredAt, index) =>
        aPodRevision({ occurredAt, resourceVersion: `${9 - index}` }),
      );
      for (const event of events.toReversed()) await store.putEvents(cluster, [event]);
      expect((await store.podEvents(cluster, POD.uid)).map((event) => event.occurredAt)).toEqual(times);
    });

    it('of a pod are kept apart from those of another pod and of another cluster', async () => {
      const [one, other] = [freshCluster(), freshCluster()];
      const [born] = aRun();
      const twin = aPodRevision({
        pod: { ...POD, uid: `${POD.uid}#2` },
        occurredAt: '2026-03-01T10:00:00Z',
        resourceVersion: '7',
      });
      await store.putEvents(one, [born, twin]);
      expect(await store.podEvents(one, POD.uid)).toEqual([born]);
      expect(await store.podEvents(one, twin.pod.uid)).toEqual([twin]);
      expect(await store.podEvents(other, POD.uid)).toEqual([]);
    });

    it('of names that no key can hold are stored all the same', async () => {
      const cluster = freshCluster();
      const pod = { namespace: '\ud800#'.repeat(60), name: '€'.repeat(253), uid: 'u#\u0000%'.repeat(50) };
      const events = ['1', '2'].map((resourceVersion) =>
        aPodRevision({ pod, occurredAt: '2026-03-01T10:00:00Z', resourceVersion }),
      );
      await store.putEvents(cluster, events);
      expect((await store.podEvents(cluster, pod.uid)).map((event) => event.id)).toEqual(
        events.map((event) => event.id),
      );
      expect((await store.podsNamed(cluster, pod.namespace, pod.name)).length).toBe(1);
      expect((await store.pods(cluster, { namespace: pod.namespace, name: pod.name }, 10)).items.length).toBe(
        1,
      );
    });

    it('of a batch that is larger than an item are all there', async () => {
      const cluster = freshCluster();
      const events = Array.from({ length: 60 }, (_, index) =>
        aPodRevision({
          occurredAt: '2026-03-01T10:00:00Z',
          resourceVersion: String(1_000 + index),
          containerStatuses: Array.from({ length: 40 }, (__, container) => ({
            name: `c${container}`,
            kind: 'app' as const,
            image: containerId(`${index}/${container}/a`) + containerId(`${index}/${container}/b`),
            restartCount: 0,
            ready: true,
          })),
        }),
      );
      await store.putEvents(cluster, events);
      expect(await store.podEvents(cluster, POD.uid)).toEqual(events);
    });
  });

  describe('surroundings', () => {
    it('are the statements and node Events of the whole cluster and of the pod’s node, not of another node', async () => {
      const cluster = freshCluster();
      const at = '2026-03-01T10:00:00.000Z';
      const everywhere = aStatement({ type: 'recording-began', watched: 'pod', sequence: 0, to: at });
      const onNode = aStatement({
        type: 'recording-began',
        watched: 'docker',
        sequence: 1,
        to: at,
        agent: { instance: 'agent-1', node: 'node1', role: 'node' },
      });
      const ofNode = aKubernetesEvent({
        node: 'node1',
        reason: 'Rebooted',
        occurredAt: '2026-03-01T10:05:00Z',
      });
      const elsewhere = aKubernetesEvent({ node: 'node2', reason: 'Rebooted', occurredAt: at });
      const batch = [everywhere, onNode, ofNode, elsewhere];
      expect(new Set(await store.putEvents(cluster, batch))).toEqual(new Set(['accepted']));
      expect(new Set(await store.putEvents(cluster, batch))).toEqual(new Set(['duplicate']));
      expect(await store.surroundings(cluster, 'node1')).toEqual([everywhere, onNode, ofNode]);
      expect(await store.surroundings(cluster, null)).toEqual([everywhere]);
    });
  });

  describe('surroundings of a stretch of time', () => {
    const node = { instance: 'agent-1', node: 'node1', role: 'node' as const };
    const history = () => [
      aStatement({
        type: 'recording-began',
        watched: 'docker',
        sequence: 0,
        agent: node,
        to: '2026-01-01T00:00:00Z',
      }),
      aStatement({
        type: 'recording-began',
        watched: 'pod',
        sequence: 1,
        agent: node,
        to: '2026-01-01T00:00:00Z',
      }),
      aStatement({
        type: 'gap-opened',
        watched: 'docker',
        sequence: 2,
        agent: node,
        from: '2026-02-01T00:00:00Z',
        reason: 'docker-unreachable',
      }),
      aStatement({
        type: 'gap-closed',
        watched: 'docker',
        sequence: 3,
        agent: node,
        from: '2026-02-01T00:00:00Z',
        to: '2026-02-01T00:05:00Z',
        reason: 'docker-restarted',
      }),
      aKubernetesEvent({ node: 'node1', reason: 'Rebooted', occurredAt: '2026-02-01T00:03:00Z' }),
      aStatement({
        type: 'gap-opened',
        watched: 'docker',
        sequence: 4,
        agent: node,
        from: '2026-02-03T10:00:00Z',
        reason: 'docker-unreachable',
      }),
    ];

    it.each([
      ['2026-01-15T00:00:00Z', '2026-01-16T00:00:00Z', [0, 1]],
      ['2026-02-02T00:00:00Z', '2026-02-02T12:00:00Z', [1, 3]],
      ['2026-02-01T00:01:00Z', '2026-02-02T12:00:00Z', [0, 1, 2, 4, 3]],
      ['2026-02-04T00:00:00Z', undefined, [1, 3, 5]],
      ['2025-01-01T00:00:00Z', '2025-06-01T00:00:00Z', []],
      ['2025-01-01T00:00:00Z', undefined, [0, 1, 2, 4, 3, 5]],
    ])('from %s to %s are what was said then, and what held when it began', async (from, to, wanted) => {
      const cluster = freshCluster();
      const events = history();
      // Before all of it: nothing restarted since then that what is said could explain.
      const early = storeOn(engine, '2025-12-01T00:00:00Z');
      for (const event of events) await early.putEvents(cluster, [event]);
      const found = await store.surroundings(cluster, 'node1', { from, to });
      expect(found.map(({ id }) => id)).toEqual(wanted.map((index) => events[index]?.id));
    });

    it('cost the same however much was said long before', async () => {
      const cluster = freshCluster();
      const long = Array.from({ length: 300 }, (_, hour) => {
        const at = new Date(Date.parse('2025-12-01T00:00:00Z') + hour * 3_600_000).toISOString();
        return aKubernetesEvent({ node: 'node1', reason: 'NodeReady', occurredAt: at });
      });
      const events = history();
      await store.putEvents(cluster, [...long, ...events]);
      const found = await store.surroundings(cluster, 'node1', { from: '2026-02-04T00:00:00Z' });
      expect(found.map(({ id }) => id)).toEqual([1, 3, 5].map((index) => events[index]?.id));
    });
  });

  describe('summaries', () => {
    it('tell who the pod is, what restarted, and when it was last heard of', async () => {
      const cluster = freshCluster();
      const { events, truth } = tellHistory([
        { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
        { kind: 'exit-1', ranMs: 90_000, downMs: 2_000 },
      ]);
      await store.putEvents(cluster, events);
      const summary = await store.podSummary(cluster, POD.uid);
      expect(summary?.pod).toMatchObject({
        cluster,
        namespace: POD.namespace,
        name: POD.name,
        node: POD.node,
      });
      expect(summary?.summary.restarts).toBe(truth.restarts.length);
      expect(summary?.summary.uncounted).toBe(truth.restarts.filter(({ counted }) => !counted).length);
      expect(summary?.lastEventAt).toBe((await store.podEvents(cluster, POD.uid)).at(-1)?.occurredAt);
      expect(summary?.lastRestartAt).not.toBeNull();
      expect(await store.podSummary(cluster, 'nobody')).toBeUndefined();
    });

    it('are listed by namespace, name and birth, page by page, each once', async () => {
      const cluster = freshCluster();
      const trace = churnTrace({
        pods: 23,
        restartsPerPod: 1,
        startAt: '2026-03-01T10:00:00.000Z',
        restartEveryMs: 60_000,
        seed: 'list',
      });
      await store.putEvents(cluster, trace);
      const pages = await allPages((cursor) => store.pods(cluster, {}, 5, cursor));
      const names = pages.flat().map(({ pod }) => `${pod.namespace}/${pod.name}`);
      expect(names).toHaveLength(23);
      expect(names).toEqual(names.toSorted());
      expect(new Set(names).size).toBe(23);
      expect(pages.map((page) => page.length)).toEqual([5, 5, 5, 5, 3]);
    });

    it('are found by namespace, workload, name, node, restarts and time', async () => {
      const cluster = freshCluster();
      const quiet = aPodRevision({
        pod: { namespace: 'shop', name: 'quiet-0', uid: 'quiet', node: 'node2' },
        occurredAt: '2026-03-01T09:00:00Z',
        resourceVersion: '1',
        metadata: { createdAt: '2026-03-01T09:00:00Z' },
      });
      const { events } = tellHistory([{ kind: 'exit-1', ranMs: 60_000, downMs: 2_000 }]);
      await store.putEvents(cluster, [quiet, ...events]);
      const found = async (query: Parameters<Store['pods']>[1]) =>
        (await store.pods(cluster, query, 10)).items.map(({ pod }) => pod.name);
      expect(await found({ namespace: 'shop' })).toEqual(['quiet-0', 'web-0']);
      expect(await found({ namespace: 'shop', name: 'web-0' })).toEqual(['web-0']);
      expect(await found({ namespace: 'sho' })).toEqual([]);
      expect(await found({ name: 'quiet-0' })).toEqual(['quiet-0']);
      expect(await found({ node: 'node2' })).toEqual(['quiet-0']);
      expect(await found({ workload: 'Pod/quiet-0' })).toEqual(['quiet-0']);
      expect(await found({ restarted: true })).toEqual(['web-0']);
      expect(await found({ restarted: false })).toEqual(['quiet-0']);
      expect(await found({ since: '2026-03-01T09:30:00Z' })).toEqual(['web-0']);
      expect(await found({ since: '2026-03-01T09:00:00Z' })).toEqual(['quiet-0', 'web-0']);
    });

    it('of pods of one name are given newest first', async () => {
      const cluster = freshCluster();
      const lives = ['08', '09', '10'].map((hour) =>
        aPodRevision({
          pod: { ...POD, uid: `life-${hour}` },
          occurredAt: `2026-03-01T${hour}:00:00Z`,
          resourceVersion: hour,
          metadata: { createdAt: `2026-03-01T${hour}:00:00Z` },
        }),
      );
      await store.putEvents(cluster, lives);
      const uids = (await store.podsNamed(cluster, POD.namespace, POD.name)).map(({ pod }) => pod.uid);
      expect(uids).toEqual(['life-10', 'life-09', 'life-08']);
      expect(await store.podsNamed(cluster, POD.namespace, 'web')).toEqual([]);
    });

    it('of a workload are its newest, and those that are too many are counted', async () => {
      const cluster = freshCluster();
      const long = 'a-name-of-a-deployment-that-is-longer-than-generated-names-can-be';
      const replica = (deployment: string, hour: string): RecordedEvent =>
        aPodRevision({
          pod: {
            ...POD,
            name: `${`${deployment}-5d4f8c7b9d-`.slice(0, 58)}x${hour}`,
            uid: `${deployment}-${hour}`,
          },
          occurredAt: `2026-03-01T${hour}:00:00Z`,
          resourceVersion: hour,
          metadata: {
            createdAt: `2026-03-01T${hour}:00:00Z`,
            labels: { 'pod-template-hash': '5d4f8c7b9d' },
            ownerReferences: [{ kind: 'ReplicaSet', name: `${deployment}-5d4f8c7b9d`, controller: true }],
          },
        });
      await store.putEvents(
        cluster,
        ['09', '12', '10', '11'].flatMap((hour) =>
          ['web', 'web-admin', long].map((name) => replica(name, hour)),
        ),
      );
      const newest = async (kind: string, name: string, limit: number) => {
        const found = await store.workloadPods(cluster, { namespace: POD.namespace, kind, name }, limit);
        return { ...found, pods: found.pods.map(({ pod }) => pod.uid) };
      };
      expect(await newest('Deployment', 'web', 3)).toEqual({
        pods: ['web-12', 'web-11', 'web-10'],
        leftOut: 1,
        more: false,
      });
      expect((await newest('Deployment', long, 1)).pods).toEqual([`${long}-12`]);
      expect(await newest('StatefulSet', 'web', 3)).toEqual({ pods: [], leftOut: 0, more: false });
      expect(await newest('Rollout', 'web', 3)).toEqual({ pods: [], leftOut: 0, more: false });
    });

    it('refuse a cursor that is altered, or of another list', async () => {
      const cluster = freshCluster();
      const trace = churnTrace({
        pods: 3,
        restartsPerPod: 0,
        startAt: '2026-03-01T10:00:00.000Z',
        restartEveryMs: 1_000,
        seed: 'cursor',
      });
      await store.putEvents(cluster, trace);
      const { cursor = '' } = await store.pods(cluster, {}, 1);
      expect((await store.pods(cluster, {}, 1, cursor)).items).toHaveLength(1);
      await expect(store.pods(cluster, { node: 'node-1' }, 1, cursor)).rejects.toThrow(InvalidCursorError);
      await expect(store.pods(freshCluster(), {}, 1, cursor)).rejects.toThrow(InvalidCursorError);
      await expect(store.pods(cluster, {}, 1, `${cursor.slice(0, -2)}AA`)).rejects.toThrow(
        InvalidCursorError,
      );
      await expect(store.pods(cluster, {}, 1, 'nonsense')).rejects.toThrow(InvalidCursorError);
    });
  });

  describe('clusters', () => {
    it('are listed by name, page by page, with when they were first and last heard of', async () => {
      let nowMs = Date.parse('2026-03-02T00:00:00Z');
      const { client, tableName } = engine;
      const clocked = createDynamoStore({ client, tableName, clock: () => nowMs, patience: impatient });
      const [born, started, died] = aRun();
      await clocked.putEvents('heard-a', [born]);
      await clocked.putEvents('heard-b', [born]);
      nowMs += 10_000;
      await clocked.putEvents('heard-a', [started]);
      nowMs += 30_000;
      await clocked.putEvents('heard-a', [died]);
      const heard = (await allPages((cursor) => clocked.clusters(2, cursor)))
        .flat()
        .filter(({ name }) => name.startsWith('heard-'));
      expect(heard).toEqual([
        {
          name: 'heard-a',
          firstHeardAt: '2026-03-02T00:00:00.000Z',
          lastHeardAt: '2026-03-02T00:00:40.000Z',
          agents: [],
          openGaps: [],
        },
        {
          name: 'heard-b',
          firstHeardAt: '2026-03-02T00:00:00.000Z',
          lastHeardAt: '2026-03-02T00:00:00.000Z',
          agents: [],
          openGaps: [],
        },
      ]);
    });

    it('tell who watches what and what goes unwatched, in whatever order that was said', async () => {
      const node1 = { instance: 'agent-1', node: 'node1', role: 'node' as const };
      const from = '2026-03-01T11:00:00.000Z';
      const to = '2026-03-01T10:00:00.000Z';
      const statements = [
        aStatement({
          type: 'recording-began',
          watched: 'event',
          sequence: 0,
          to,
          agent: { instance: 'agent-9', role: 'cluster' },
        }),
        aStatement({ type: 'recording-began', watched: 'pod', sequence: 0, to, agent: node1 }),
        aStatement({ type: 'recording-began', watched: 'docker', sequence: 1, to, agent: node1 }),
        aStatement({
          type: 'gap-opened',
          watched: 'docker',
          sequence: 2,
          from,
          reason: 'docker-unreachable',
          agent: node1,
        }),
        // The node's agent before this one: its duty was taken over.
        aStatement({
          type: 'recording-began',
          watched: 'pod',
          sequence: 7,
          to: '2026-03-01T08:00:00Z',
          agent: { ...node1, instance: 'agent-0' },
        }),
      ];
      for (const order of [statements, statements.toReversed()]) {
        const cluster = freshCluster();
        for (const statement of order) await store.putEvents(cluster, [statement]);
        const all = (await allPages((cursor) => store.clusters(2, cursor))).flat();
        expect(all.find(({ name }) => name === cluster)).toMatchObject({
          agents: [
            { instance: 'agent-1', role: 'node', node: 'node1', watching: ['pod'], statedAt: from },
            { instance: 'agent-9', role: 'cluster', node: null, watching: ['event'], statedAt: to },
          ],
          openGaps: [{ source: 'docker', node: 'node1', from, reason: 'docker-unreachable' }],
        });
      }
    });

    it('can be asked for as long as the store answers', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });

  describe('whatever the order, the batches and the repetitions', () => {
    const deeds = fc.array(
      fc.record({
        kind: fc.constantFrom(...DEED_KINDS),
        ranMs: fc.integer({ min: 5_000, max: 900_000 }),
        downMs: fc.integer({ min: 1_000, max: 20_000 }),
      }),
      { minLength: 1, maxLength: 3 },
    );
    /** All events, some of them more than once, in any order, cut into batches. */
    const deliveries = deeds.chain((done) => {
      const { events } = tellHistory(done);
      return fc
        .tuple(
          fc.array(fc.constantFrom(...events), { maxLength: 10 }),
          fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
        )
        .chain(([again, sizes]) =>
          fc
            .shuffledSubarray([...events, ...again], { minLength: events.length + again.length })
            .map((order) => ({ events, batches: cut(order, sizes) })),
        );
    });
    const expected = async (events: readonly RecordedEvent[]) => {
      const cluster = freshCluster();
      await store.putEvents(cluster, events);
      return { events: await store.podEvents(cluster, POD.uid), summary: await summaryOf(cluster) };
    };
    const summaryOf = async (cluster: string) => anonymous(await store.podSummary(cluster, POD.uid));

    it('the events and the summary are the same', async () => {
      await fc.assert(
        fc.asyncProperty(deliveries, async ({ events, batches }) => {
          const cluster = freshCluster();
          const outcomes = [];
          for (const batch of batches) outcomes.push(...(await store.putEvents(cluster, batch)));
          const wanted = await expected(events);
          expect(await store.podEvents(cluster, POD.uid)).toEqual(wanted.events);
          expect(await summaryOf(cluster)).toEqual(wanted.summary);
          expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(events.length);
        }),
        { numRuns: runs },
      );
    }, 120_000);

    it('the same is true of writers that write at once', async () => {
      await fc.assert(
        fc.asyncProperty(deliveries, fc.integer({ min: 2, max: 4 }), async ({ events, batches }, writers) => {
          const cluster = freshCluster();
          await Promise.all(
            Array.from({ length: writers }, async (_, writer) => {
              const own = storeOn(engine);
              for (const [index, batch] of batches.entries()) {
                if (index % writers === writer || index % 3 === 0) await own.putEvents(cluster, batch);
              }
            }),
          );
          const wanted = await expected(events);
          expect(await store.podEvents(cluster, POD.uid)).toEqual(wanted.events);
          expect(await summaryOf(cluster)).toEqual(wanted.summary);
        }),
        { numRuns: Math.ceil(runs / 2) },
      );
    }, 120_000);
  });

  describe('a writer that another one overtakes', () => {
    const { events } = tellHistory([
      { kind: 'docker-rm', ranMs: 60_000, downMs: 2_000 },
      { kind: 'exit-1', ranMs: 60_000, downMs: 2_000 },
    ]);
    const [early, late] = [
      events.filter((_, index) => index % 2 === 0),
      events.filter((_, index) => index % 2 === 1),
    ];

    it.each(['GetItemCommand', 'QueryCommand', 'BatchWriteItemCommand', 'PutItemCommand'])(
      'just before its %s leaves a summary of the events of both',
      async (command) => {
        const [cluster, calm] = [freshCluster(), freshCluster()];
        const race = beforeNext(engine.client, command, () => storeOn(engine).putEvents(cluster, late));
        try {
          await store.putEvents(cluster, early);
        } finally {
          race.stop();
        }
        expect(race.count()).toBe(1);
        await store.putEvents(calm, events);
        expect(anonymous(await store.podSummary(cluster, POD.uid))).toEqual(
          anonymous(await store.podSummary(calm, POD.uid)),
        );
      },
    );
  });

  describe('when DynamoDB falters', () => {
    it('puts what was left unprocessed again until all of it is there', async () => {
      const cluster = freshCluster();
      const events = Array.from({ length: 40 }, (_, index) =>
        aKubernetesEvent({
          node: 'node1',
          reason: 'Rebooted',
          occurredAt: new Date(Date.parse('2026-03-01T00:00:00Z') + index * 3_600_000).toISOString(),
        }),
      );
      const faults = leaveUnprocessed(engine.client, 5);
      try {
        expect(new Set(await store.putEvents(cluster, events))).toEqual(new Set(['accepted']));
      } finally {
        faults.stop();
      }
      expect(faults.count()).toBe(5);
      expect(await store.surroundings(cluster, 'node1')).toEqual(events);
    });

    it('says that it is busy when it is refused for load again and again, and takes the batch later', async () => {
      const cluster = freshCluster();
      const events = spreadEvents(3);
      const faults = throttle(engine.client, 50, 'PutItemCommand');
      try {
        await expect(store.putEvents(cluster, events)).rejects.toThrow(StoreBusyError);
      } finally {
        faults.stop();
      }
      expect(await store.putEvents(cluster, events)).toEqual(['accepted', 'accepted', 'accepted']);
      expect(await store.podEvents(cluster, POD.uid)).toEqual(events);
    });

    it('rides out a refusal for load that passes', async () => {
      const cluster = freshCluster();
      const faults = throttle(engine.client, 2);
      try {
        expect(await store.putEvents(cluster, spreadEvents(2))).toEqual(['accepted', 'accepted']);
      } finally {
        faults.stop();
      }
      expect(faults.count()).toBe(2);
    });

    it('makes the summary that a writer died before, when the batch is sent again', async () => {
      const cluster = freshCluster();
      const { events } = tellHistory([{ kind: 'exit-1', ranMs: 60_000, downMs: 2_000 }]);
      const [early, late] = [events.slice(0, -4), events.slice(-4)];
      await store.putEvents(cluster, early);
      // The entry of the log is written, the restart's record is not.
      const fault = dieAfter(engine.client, 1);
      try {
        await expect(store.putEvents(cluster, late)).rejects.toThrow('crashed');
      } finally {
        fault.stop();
      }
      expect((await store.podSummary(cluster, POD.uid))?.summary.restarts).toBe(0);
      expect(new Set(await store.putEvents(cluster, late))).toEqual(new Set(['duplicate']));
      expect((await store.podSummary(cluster, POD.uid))?.summary.restarts).toBe(1);
    });

    it('writes nothing at all for a batch that is stored already', async () => {
      const cluster = freshCluster();
      const { events } = tellHistory([{ kind: 'oom', ranMs: 60_000, downMs: 2_000 }]);
      await store.putEvents(cluster, events);
      const fault = crashAt(engine.client, 'PutItemCommand');
      try {
        expect(new Set(await store.putEvents(cluster, events))).toEqual(new Set(['duplicate']));
      } finally {
        fault.stop();
      }
      expect(fault.count()).toBe(0);
    });
  });
}

function aRun() {
  const id = containerId('first');
  return [
    aDockerEvent({ action: 'create', occurredAt: '2026-03-01T10:00:00.100000000Z', containerId: id }),
    aDockerEvent({ action: 'start', occurredAt: '2026-03-01T10:00:01.200000000Z', containerId: id }),
    aDockerEvent({
      action: 'die',
      occurredAt: '2026-03-01T10:25:07.300000001Z',
      containerId: id,
      exitCode: 1,
    }),
  ] as const;
}

/** Events an hour apart, so that each is a pack of its own. */
function spreadEvents(count: number): readonly RecordedEvent[] {
  return Array.from({ length: count }, (_, index) =>
    aPodRevision({
      occurredAt: new Date(Date.parse('2026-03-01T00:00:00Z') + index * 3_600_000).toISOString(),
      resourceVersion: String(1_000 + index),
    }),
  );
}

async function allPages<T>(
  pageAt: (
    cursor: string | undefined,
  ) => Promise<{ readonly items: readonly T[]; readonly cursor?: string | undefined }>,
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

function cut<T>(items: readonly T[], sizes: readonly number[]): readonly (readonly T[])[] {
  const batches: (readonly T[])[] = [];
  for (let at = 0, turn = 0; at < items.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    batches.push(items.slice(at, at + size));
    at += size;
  }
  return batches;
}

/** Without the cluster, which differs from case to case. */
function anonymous(summary: PodSummary | undefined) {
  return summary === undefined ? undefined : { ...summary, pod: { ...summary.pod, cluster: '' } };
}

/** Keeps the builders honest: an event whose id does not follow from it would make every case above hollow. */
describe('the events of these cases', () => {
  it('have the ids that follow from their content', () => {
    const { events } = tellHistory([{ kind: 'exit-0', ranMs: 10_000, downMs: 1_000 }]);
    expect(events.map((event) => event.id)).toEqual(events.map((event) => eventId(event)));
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  });
});
