import type { RecordedEvent } from '../timeline/contract/event.ts';
import type { Bench } from './bench.ts';
import { withStore } from './read-units.ts';
import { churnTrace } from './trace.ts';
import { watching } from './watching.ts';

const NAME = 'hottest-partition-share';
const CLUSTERS = 1_000;
const START_MS = Date.parse('2026-03-01T08:00:00.000Z');
/** The agent sends what happened within so long, when there is much of it. */
const BATCH_MS = 5_000;

/**
 * The share of all write units that the busiest partition takes, at 1,000 clusters of which each has a pod that restarts
 * once a minute, and one has 300 of them.
 */
export const hottestPartition: Bench = {
  names: [NAME],
  run: () =>
    withStore(async ({ store, consumed, setClock }) => {
      const histories = Array.from({ length: CLUSTERS }, (_, index) => ({
        cluster: `cluster-${index}`,
        events: history(`cluster ${index}`, index === 0 ? 300 : 1, index === 0 ? 5 : 2),
      }));
      consumed.read();
      for (const { atMs, cluster, events } of inOrder(histories)) {
        setClock(atMs);
        await store.putEvents(cluster, events);
      }
      const { writeUnits, byPartition } = consumed.read();
      const [busiest] = [...byPartition].sort(([, a], [, b]) => b - a);
      if (busiest === undefined) throw new Error('nothing was written');
      console.error(`the busiest of ${byPartition.size} partitions is ${busiest[0]}`);
      const value = busiest[1] / writeUnits;
      return [{ name: NAME, value, unit: 'share', goal: 0.05, better: 'lower' }];
    }),
};

function history(seed: string, pods: number, restartsPerPod: number): readonly RecordedEvent[] {
  const startAt = new Date(START_MS).toISOString();
  return [
    ...watching(START_MS - 1_000, 'node-0'),
    ...churnTrace({ pods, restartsPerPod, startAt, restartEveryMs: 60_000, seed }),
  ];
}

function inOrder(
  histories: readonly { readonly cluster: string; readonly events: readonly RecordedEvent[] }[],
) {
  return histories
    .flatMap(({ cluster, events }) =>
      [...Map.groupBy(events, ({ observedAt }) => Math.floor(Date.parse(observedAt) / BATCH_MS))].map(
        ([batch, some]) => ({ atMs: (batch + 1) * BATCH_MS, cluster, events: some }),
      ),
    )
    .sort((a, b) => a.atMs - b.atMs);
}
