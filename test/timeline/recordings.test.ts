import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { eventsOf, factsOfTimeline, factsOfTruth } from '../lab/stage/compare.ts';
import { readRecorded, recordedIn, recordingsOf } from '../lab/stage/findings.ts';
import type { TruthPod } from '../lab/stage/truth.ts';

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

const ON_CONTAINERD = RECORDED.filter(({ runtime }) => runtime === 'containerd');

describe.each(ON_CONTAINERD)(
  'where the kernel is not asked who sends signals, the recording of $name',
  ({ folder, name }) => {
    const { truth, lines } = readRecorded(folder, name);
    const events = eventsOf(lines).map(withoutSignals);

    it.each(truth.pods)('gives what is left of the account of pod $name', (pod) => {
      expect(factsOfTimeline(pod, events)).toEqual(factsOfTruth(leftOf(pod)));
    });
  },
);

function withoutSignals(event: RecordedEvent): RecordedEvent {
  if (event.source !== 'cri') return event;
  const { signals: _, ...left } = event;
  return left;
}

function leftOf(pod: TruthPod): TruthPod {
  return {
    ...pod,
    restarts: pod.restarts.map((restart) => ({ ...restart, ...restart.withoutSignals })),
  };
}
