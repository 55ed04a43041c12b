import { zstdCompressSync } from 'node:zlib';
import type { RecordedEvent } from '../timeline/contract/event.ts';
import type { Bench } from './bench.ts';
import { CLUSTER, type LambdaStand, MEMORY_MB, type Probe, setUpLambda } from './lambda-stand.ts';
import { medianRatio } from './measure.ts';
import { churnTrace } from './trace.ts';

const INGEST = 'lambda-warm-ingest-vs-bare-writes';
const TIMELINE = 'lambda-warm-timeline-vs-bare-query';
const MEMORY = 'lambda-peak-memory-share';

/** What the agent sends at most at once. */
const BATCH = 500;
const PARTITION = 'BARE#timeline';

/**
 * What the warm function takes for a batch of 500 events, over the same events by bare BatchWriteItem; for a timeline
 * of 1,000 events, over a bare Query for these; and the most memory that it has resident while it does so and takes
 * the largest batch and gives the timeline of 10,000 events, over what is configured.
 */
export const lambdaWarm: Bench = {
  names: [INGEST, TIMELINE, MEMORY],
  async run() {
    const stand = await setUpLambda();
    const [api, bare] = [stand.api(), stand.bare()];
    try {
      const ingest = await medianRatio(
        { warmUp: 3, counted: 25 },
        async (round) => (await api.invoke(batchOf(stand, eventsOfRound(round)))).ms,
        async (round) => (await bare.invoke(bareWrite(`BARE#${round}`, eventsOfRound(round)))).ms,
      );
      const events = await record(stand, api, 100);
      await bare.invoke(bareWrite(PARTITION, events));
      const timeline = timelineOf(stand, events);
      const read = await medianRatio(
        { warmUp: 5, counted: 41 },
        async () => (await api.invoke(timeline)).ms,
        async () => (await bare.invoke({ work: { do: 'query', partition: PARTITION } })).ms,
      );
      await strain(stand, api);
      const peakKb = await api.peakKb();
      const common = { unit: 'ratio', better: 'lower' } as const;
      return [
        { name: INGEST, value: ingest, goal: 2, ...common },
        { name: TIMELINE, value: read, goal: 2, ...common },
        { name: MEMORY, value: peakKb / (MEMORY_MB * 1024), goal: 0.5, ...common },
      ];
    } finally {
      await Promise.all([api.end(), bare.end()]);
      await stand.close();
    }
  },
};

/** Eight pods that restart every minute. */
function eventsOfRound(round: number): readonly RecordedEvent[] {
  return traceOf(`warm ${round}`, 8, 7).slice(0, BATCH);
}

function traceOf(seed: string, pods: number, restartsPerPod: number): readonly RecordedEvent[] {
  return churnTrace({
    pods,
    restartsPerPod,
    startAt: '2026-01-31T08:00:00.000Z',
    restartEveryMs: 60_000,
    seed,
  });
}

function batchOf(stand: LambdaStand, events: readonly RecordedEvent[]): unknown {
  return stand.asAgent({
    method: 'POST',
    path: `/v1/clusters/${CLUSTER}/events`,
    headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'zstd' },
    body: zstdCompressSync(events.map((event) => JSON.stringify(event)).join('\n')),
  });
}

function bareWrite(partition: string, events: readonly RecordedEvent[]): unknown {
  return { work: { do: 'write', partition, events } };
}

/** Records one pod in batches; gives its events. */
async function record(stand: LambdaStand, api: Probe, restarts: number): Promise<readonly RecordedEvent[]> {
  const events = traceOf(`timeline ${restarts}`, 1, restarts);
  for (let at = 0; at < events.length; at += BATCH) {
    await api.invoke(batchOf(stand, events.slice(at, at + BATCH)));
  }
  return events;
}

function timelineOf(stand: LambdaStand, [first]: readonly RecordedEvent[]): unknown {
  const uid = first === undefined || first.source === 'agent' ? '' : (first.pod?.uid ?? '');
  return stand.asReader({ method: 'GET', path: `/v1/clusters/${CLUSTER}/pods/${uid}/timeline` });
}

/** The largest batch that the API takes, and a timeline that is ten times as long as most. */
async function strain(stand: LambdaStand, api: Probe): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await api.invoke(batchOf(stand, traceOf(`strain ${round}`, 40, 12).slice(0, 5_000)));
  }
  const long = timelineOf(stand, await record(stand, api, 1_000));
  for (let round = 0; round < 3; round += 1) await api.invoke(long);
}
