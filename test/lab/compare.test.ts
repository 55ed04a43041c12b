import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsOf, factsOfTimeline, factsOfTruth } from './stage/compare.ts';
import { readRecorded } from './stage/findings.ts';
import type { TruthPod } from './stage/truth.ts';

const { truth, lines } = readRecorded(join(import.meta.dirname, '../recordings'), 'container-kill');
const events = eventsOf(lines);
const pod = truth.pods[0]!;
const [restart] = pod.restarts;

/** The truth, but for one thing. */
const but = (changes: Partial<TruthPod>): TruthPod => ({ ...pod, ...changes });

describe('holding podlapse against the truth', () => {
  it('finds nothing where they agree', () => {
    expect(factsOfTimeline(pod, events)).toEqual(factsOfTruth(pod));
  });

  it.each([
    ['another cause', but({ restarts: [{ ...restart!, cause: 'exited' }] })],
    ['another counting', but({ restarts: [{ ...restart!, counted: false }] })],
    ['a restart more', but({ restarts: [restart!, restart!] })],
    ['a restart less', but({ restarts: [] })],
    ['another number of runs', but({ runs: { app: 3, other: 1 } })],
    ['another RESTARTS', but({ kubectlRestarts: 2 })],
    ['a gap', but({ gaps: ['docker'] })],
  ])('finds %s', (_what, told) => {
    expect(factsOfTimeline(told, events)).not.toEqual(factsOfTruth(told));
  });

  it('says by how much a downtime is out of bounds', () => {
    const told = but({ restarts: [{ ...restart!, downtimeMs: { min: 0, max: 1 } }] });
    expect(factsOfTimeline(told, events)?.restarts[0]?.downtime).toMatch(
      /^\d+ ms, which is not between 0 and 1 ms$/,
    );
  });

  it('knows nothing of a pod that was not recorded', () => {
    expect(factsOfTimeline(but({ uid: 'another' }), events)).toBeUndefined();
  });
});
