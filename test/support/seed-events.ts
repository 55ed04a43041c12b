// The bundled example as the agent sends it, watched throughout.
import { readFileSync } from 'node:fs';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { eventsOf } from '../lab/stage/compare.ts';
import { watchedFrom } from './recorded-events.ts';

const RECORDING = new URL('../../examples/seed/recording.ndjson', import.meta.url);
export const SEED_UID = '36253f3c-4ed5-11ea-a10e-0242294e2d14';

export function seedEvents(): RecordedEvent[] {
  const lines = readFileSync(RECORDING, 'utf8').trimEnd().split('\n');
  return [...watchedFrom('2020-02-14T02:53:40Z'), ...eventsOf(lines)];
}
