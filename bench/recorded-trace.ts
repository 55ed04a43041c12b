import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RecordedEvent } from '../timeline/contract/event.ts';
import { compareTimes } from '../timeline/time.ts';
import { eventsOf } from '../test/lab/stage/compare.ts';

/** What the agent of one cluster sent, in the order in which it saw it. */
export interface RecordedTrace {
  readonly cluster: string;
  readonly events: readonly RecordedEvent[];
}

const FOLDER = join(import.meta.dirname, '../test/recordings');
/** How long the agent lets a lone event wait for company (`agent/pipeline.ts`). */
const MAX_AGE_MS = 200;
/** How long one request takes: meanwhile the next batch fills. */
const REQUEST_MS = 50;

/** Every recording of the lab (a real kubelet, a real Docker Engine), each as a cluster with an agent of its own. */
export function recordedTraces(): readonly RecordedTrace[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const lines = gunzipSync(readFileSync(join(FOLDER, name, 'recording.ndjson.gz'))).toString('utf8');
      const events = eventsOf(lines.trimEnd().split('\n'));
      return {
        cluster: name,
        events: events.toSorted((a, b) => compareTimes(a.observedAt, b.observedAt)),
      };
    });
}

/**
 * Cuts events into the batches in which the agent sends them: one request at a time, each a while after the first event
 * that waits for it.
 *
 * @param events in the order in which they were seen
 */
export function agentBatches(events: readonly RecordedEvent[]): readonly (readonly RecordedEvent[])[] {
  const batches: RecordedEvent[][] = [];
  let closesAtMs = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    const seenMs = Date.parse(event.observedAt);
    const current = batches.at(-1);
    if (current !== undefined && seenMs <= closesAtMs) {
      current.push(event);
      continue;
    }
    batches.push([event]);
    closesAtMs = Math.max(seenMs, closesAtMs + REQUEST_MS) + MAX_AGE_MS;
  }
  return batches;
}
