import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labDown } from './down.ts';
import { scenarios } from './scenarios/all.ts';
import { leftovers } from './leftovers.ts';
import { eventsOf, factsOfTimeline, factsOfTruth } from './stage/compare.ts';
import { perform, type Performance } from './stage/perform.ts';
import { settledKubelet } from './stage/settled-kubelet.ts';
import type { LabState } from './state.ts';
import { labUp } from './up.ts';

/** One of each kind; none that another one of them could disturb. */
const names = [
  'container-kill',
  'container-stop',
  'container-remove',
  'docker-restart',
  'sandbox-remove',
  'sandbox-stop',
  'process-killed',
  'oom-kill',
  'liveness-probe',
  'image-change',
  'sidecar',
  'restart-all-containers',
  'statefulset-pod-deleted',
  'agent-gap',
];
const folder = join(tmpdir(), 'podlapse-lab-live');
const AT_ONCE = 3;

let lab: LabState;
const performances = new Map<string, Promise<Performance>>();

beforeAll(async () => {
  lab = await labUp({ folder, report: console.log });
  await settledKubelet();
  const chosen = scenarios.filter(({ name }) => names.includes(name));
  const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  for (const [index, scenario] of chosen.entries()) {
    const played = (lanes[index % AT_ONCE] ?? Promise.resolve()).then(() =>
      perform(lab, scenario, new AbortController().signal),
    );
    performances.set(scenario.name, played);
    // A failure is its own test's to tell; the next in the lane is played all the same.
    lanes[index % AT_ONCE] = played.then(
      () => undefined,
      () => undefined,
    );
  }
});

afterAll(async () => {
  await Promise.allSettled(performances.values());
  await labDown({ folder });
});

describe('a real kubelet and a real Docker Engine, watched by the recorder', () => {
  it.each(names)(
    '%s is told as it happened',
    async (name) => {
      const played = await performances.get(name);
      expect(played, `there is a scenario ${name}`).toBeDefined();
      if (played === undefined) return;
      const events = eventsOf(played.lines);
      expect(played.truth.pods.map((pod) => factsOfTimeline(pod, events))).toEqual(
        played.truth.pods.map((pod) => factsOfTruth(pod)),
      );
    },
    300_000,
  );
});

describe('taking the lab down', () => {
  it('leaves neither files, nor mounts, nor control groups, nor processes', async () => {
    await Promise.allSettled(performances.values());
    expect(await labDown({ folder })).toBe(true);
    expect(existsSync(folder)).toBe(false);
    expect(await leftovers(lab)).toEqual({ mounts: [], processes: [], controlGroups: [] });
    expect(await labDown({ folder })).toBe(false);
  });
});
