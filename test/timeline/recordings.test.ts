import { describe, expect, it } from 'vitest';
import { eventsOf, factsOfTimeline, factsOfTruth } from '../lab/stage/compare.ts';
import { readRecorded, recordedIn, recordingsOf } from '../lab/stage/findings.ts';

const RECORDED = (['docker', 'containerd'] as const).flatMap((runtime) => {
  const folder = recordingsOf(runtime);
  return recordedIn(folder).map((name) => ({ runtime, folder, name }));
});

describe.each(RECORDED)('the recording of $name on $runtime', ({ folder, name }) => {
  const { truth, lines } = readRecorded(folder, name);
  const events = eventsOf(lines);

  it.each(truth.pods)('gives the true account of pod $name', (pod) => {
    expect(factsOfTimeline(pod, events)).toEqual(factsOfTruth(pod));
  });
});
