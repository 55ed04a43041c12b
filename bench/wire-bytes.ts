import type { Observation } from '../agent/observation.ts';
import { encodeBatch, COMPRESSIONS, type Compression } from '../agent/deliver/encode.ts';
import { createTrim } from '../agent/trim/trim.ts';
import type { RecordedEvent } from '../timeline/contract/event.ts';
import type { Bench } from './bench.ts';
import { agentBatches } from './recorded-trace.ts';
import { recordedObservations } from './recorded-pods.ts';

const NAME = 'wire-bytes-vs-raw';

/**
 * Bytes of the request bodies over the JSON of what the sources said. The stream is that of a busy node: all recordings
 * of a real kubelet at once, each from its own beginning, cut into the batches that the agent would send.
 */
export const wireBytes: Bench = {
  names: [NAME, ...COMPRESSIONS.map((compression) => `${NAME}-${compression}`)],
  async run() {
    const recordings = recordedObservations();
    const raw = recordings.flat().reduce((sum, one) => sum + Buffer.byteLength(JSON.stringify(one.raw)), 0);
    const batches = agentBatches(atOnce(recordings));
    const [gzip = Number.NaN, zstd = Number.NaN] = await Promise.all(
      COMPRESSIONS.map((compression) => sizeOf(batches, compression)),
    );
    return [
      { name: NAME, value: zstd / raw, unit: 'ratio', goal: 0.05, better: 'lower' },
      { name: `${NAME}-gzip`, value: gzip / raw, unit: 'ratio', goal: null, better: 'lower' },
      { name: `${NAME}-zstd`, value: zstd / raw, unit: 'ratio', goal: null, better: 'lower' },
    ];
  },
};

async function sizeOf(
  batches: readonly (readonly RecordedEvent[])[],
  compression: Compression,
): Promise<number> {
  const bodies = await Promise.all(
    batches.map((batch) =>
      encodeBatch(
        batch.map((event) => JSON.stringify(event)),
        compression,
      ),
    ),
  );
  return bodies.reduce((sum, { length }) => sum + length, 0);
}

/** What the agents of all recordings would send, as if all of it had begun at the same moment. */
function atOnce(recordings: readonly (readonly Observation[])[]): readonly RecordedEvent[] {
  return recordings
    .flatMap((observations, number) => {
      const trim = createTrim({ agent: { instance: `agent-${number}`, role: 'all' } });
      const firstMs = Date.parse(observations[0]?.at ?? '');
      return observations.flatMap((observation) => {
        const at = new Date(Date.parse(observation.at) - firstMs + EPOCH_MS).toISOString();
        return trim(observation).map((event) => ({ ...event, observedAt: at }));
      });
    })
    .toSorted((a, b) => (a.observedAt < b.observedAt ? -1 : 1));
}

const EPOCH_MS = Date.parse('2026-01-31T08:00:00Z');
