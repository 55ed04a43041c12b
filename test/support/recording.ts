// The recordings of real kubelets, as the agent would have sent them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { eventsOf } from '../lab/stage/compare.ts';
import type { Truth } from '../lab/stage/truth.ts';

/** The events of a recording under `test/recordings`: those of the scenario's pods, and those that are of none. */
export function recordingOf(name: string): RecordedEvent[] {
  const folder = join(import.meta.dirname, '../recordings', name);
  const { pods } = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth;
  const uids = new Set(pods.flatMap(({ uid, uidOnNode }) => [uid, uidOnNode]));
  const lines = gunzipSync(readFileSync(join(folder, 'recording.ndjson.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  return eventsOf(lines).filter(
    (event) => event.source === 'agent' || event.pod === undefined || uids.has(event.pod.uid),
  );
}
