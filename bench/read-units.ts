import { loadTimeline } from '../functions/api/load-timeline.ts';
import { createDynamoStore } from '../functions/store/dynamo-store.ts';
import type { Store } from '../functions/store/store.ts';
import type { RecordedEvent } from '../timeline/contract/event.ts';
import { cutSpan, type Span, zoneNamed } from '../timeline/reports/calendar.ts';
import { type Engine, startDynamoDbLocalTable } from '../test/support/dynamodb.ts';
import type { Bench } from './bench.ts';
import { type Meter, meter } from './capacity.ts';
import { agentBatches } from './recorded-trace.ts';
import { churnTrace } from './trace.ts';
import { watching } from './watching.ts';

const TIMELINE = 'read-units-timeline-1000';
const GROWTH = 'history-growth';
const INGEST_GROWTH = 'ingest-history-growth';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse('2026-03-01T08:00:00.000Z');

/** Read units of the timeline of a pod with 1,000 events, as it came from an agent: everything that the route reads. */
export const readUnitsOfTimeline: Bench = {
  names: [TIMELINE],
  run: () =>
    withStore(async ({ store, consumed, setClock }) => {
      const { uid, events } = podHistory('timeline', 100, START_MS);
      await put(store, 'bench', [...watching(START_MS - DAY_MS, 'node-0'), ...events], setClock);
      consumed.read();
      await loadTimeline(store, 'bench', uid);
      const value = consumed.read().readUnits;
      return [{ name: TIMELINE, value, unit: 'read units', goal: 10, better: 'lower' }];
    }),
};

/**
 * What the same timeline and the same report cost when the table holds ten times the history, over what they cost
 * before: other pods of the same node and cluster that restarted before, and what was said of the watching meanwhile.
 * Beside it, what it costs to bring a pod up to date that has ten times the history of its own.
 */
export const historyGrowth: Bench = {
  names: [GROWTH, INGEST_GROWTH],
  run: () =>
    withStore(async ({ store, consumed, setClock }) => {
      const { uid, events } = podHistory('pod', 40, START_MS);
      const others = (days: number) =>
        Array.from({ length: days }, (_, day) => {
          const startMs = START_MS - (day + 2) * DAY_MS;
          return [...watching(startMs, 'node-0'), ...podHistory(`other ${day}`, 10, startMs).events];
        }).reverse();
      const week: Span = { fromMs: START_MS - DAY_MS, toMs: START_MS + DAY_MS };
      const cost = async () => {
        setClock(START_MS + 40 * DAY_MS);
        const spans = cutSpan(week, 'day', zoneNamed('UTC'));
        const report = () => store.countRestarts(spans, { by: ['cluster'], filter: {} });
        await report();
        consumed.read();
        await report();
        await loadTimeline(store, 'bench', uid);
        return consumed.read().readUnits;
      };
      const older = others(30);
      for (const day of older.slice(-3)) await put(store, 'bench', day, setClock);
      await put(store, 'bench', [...watching(START_MS - DAY_MS, 'node-0'), ...events], setClock);
      const before = await cost();
      for (const day of older.slice(0, -3)) await put(store, 'bench', day, setClock);
      const after = await cost();

      const ingest = await ingestCosts(store, consumed, setClock);
      const common = { unit: 'ratio', better: 'lower' } as const;
      return [
        { name: GROWTH, value: after / before, goal: 1.1, ...common },
        { name: INGEST_GROWTH, value: ingest.long / ingest.short, goal: 1.2, ...common },
      ];
    }),
};

/** Read units for each batch of a pod between its 500th and 1,000th event, and between its 9,500th and 10,000th. */
async function ingestCosts(store: Store, consumed: Meter, setClock: (ms: number) => void) {
  const { events } = podHistory('long', 1_000, START_MS);
  const part = async (from: number, to: number) => {
    consumed.read();
    const batches = await put(store, 'long', events.slice(from, to), setClock);
    return consumed.read().readUnits / batches;
  };
  await put(store, 'long', events.slice(0, 500), setClock);
  const short = await part(500, 1_000);
  await put(store, 'long', events.slice(1_000, 9_500), setClock);
  return { short, long: await part(9_500, 10_000) };
}

function podHistory(seed: string, restarts: number, startMs: number) {
  const events = churnTrace({
    pods: 1,
    restartsPerPod: restarts,
    startAt: new Date(startMs).toISOString(),
    restartEveryMs: 60_000,
    seed,
  });
  const uid = events.find((event) => event.source === 'docker')?.pod.uid;
  if (uid === undefined) throw new Error('the trace has no pod');
  return { uid, events };
}

/** Puts events in the batches of the agent; gives how many those were. */
async function put(
  store: Store,
  cluster: string,
  events: readonly RecordedEvent[],
  setClock: (ms: number) => void,
): Promise<number> {
  const batches = agentBatches(events);
  for (const batch of batches) {
    setClock(Date.parse(batch.at(-1)?.observedAt ?? ''));
    await store.putEvents(cluster, batch);
  }
  return batches.length;
}

interface Rig {
  readonly engine: Engine;
  readonly store: Store;
  readonly consumed: Meter;
  readonly setClock: (ms: number) => void;
}

export async function withStore<T>(work: (rig: Rig) => Promise<T>): Promise<T> {
  const engine = await startDynamoDbLocalTable();
  try {
    let nowMs = START_MS;
    const consumed = meter(engine.client);
    const store = createDynamoStore({ ...engine, clock: () => nowMs });
    return await work({
      engine,
      store,
      consumed,
      setClock: (ms) => {
        nowMs = ms;
      },
    });
  } finally {
    await engine.close();
  }
}
