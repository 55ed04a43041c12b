import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eventsOf, factsOfTimeline, factsOfTruth } from '../lab/stage/compare.ts';
import type { Truth } from '../lab/stage/truth.ts';

const folder = join(import.meta.dirname, '../recordings');
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(names)('the recording of %s', (name) => {
  const truth = JSON.parse(readFileSync(join(folder, name, 'truth.json'), 'utf8')) as Truth;
  const recording = gunzipSync(readFileSync(join(folder, name, 'recording.ndjson.gz'))).toString('utf8');
  const events = eventsOf(recording.trimEnd().split('\n'));

  it.each(truth.pods)('gives the true account of pod $name', (pod) => {
    expect(factsOfTimeline(pod, events)).toEqual(factsOfTruth(pod));
  });
});
