import { describe, expect, test } from 'vitest';
import { createMemoryState, type WatchPosition } from '../../../agent/sources/list-watch-state.ts';
import { aPod } from '../../support/builders.ts';
import type { FakeKubernetes } from '../../support/fake-kubernetes/fake-kubernetes.ts';
import { aKubernetes, passBackoff, Rig, serverSet } from '../../support/list-watch-rig.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

/** A list-watch that goes on from a position which is not what the server had at that version. */
function positioned(position: WatchPosition) {
  const state = createMemoryState();
  return { ...state, load: async () => (await state.load()) ?? position };
}

const watches = (kubernetes: FakeKubernetes) =>
  kubernetes.requests.filter(({ verb }) => verb === 'watch').length;

/** Ends a watch that was no short one, and waits for the next. */
async function passWatch(kubernetes: FakeKubernetes, clock: ManualClock): Promise<void> {
  await until('it watches', () => kubernetes.watches.length === 1);
  const before = watches(kubernetes);
  clock.advance(2_000);
  kubernetes.endWatches();
  await until('it watches again', () => watches(kubernetes) > before);
}

const comparisons = (kubernetes: FakeKubernetes) =>
  kubernetes.requests.filter(({ query }) => query['resourceVersionMatch'] === 'Exact');

describe('what is known, compared with a list when a watch ends', () => {
  test('is what was there at that version, page by page', async () => {
    const kubernetes = await aKubernetes();
    for (const name of ['a', 'b', 'c']) kubernetes.put(aPod({ name }));
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock, tuning: { pageLimit: 2 } });
    await passWatch(kubernetes, clock);

    expect(comparisons(kubernetes).map(({ query }) => query)).toEqual([
      { limit: '2', resourceVersion: kubernetes.version, resourceVersionMatch: 'Exact' },
    ]);
    expect(kubernetes.requests.at(-2)).toMatchObject({ verb: 'list', status: 200 });
    expect(kubernetes.requests.at(-2)?.query).toEqual({ limit: '2', continue: expect.any(String) });
    expect(rig.statements.map(({ type }) => type)).toEqual(['recording-began']);
    expect(rig.warnings).toEqual([]);
  });

  test('is left alone where that version was compacted', async () => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    await until('it watches', () => kubernetes.watches.length === 1);
    kubernetes.failNext({ status: 410, verb: 'list' });
    await passWatch(kubernetes, clock);

    expect(comparisons(kubernetes).map(({ status }) => status)).toEqual([410]);
    expect(rig.warnings).toEqual([]);
  });

  test('is not compared again before its time', async () => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    await Rig.start(kubernetes, { clock, tuning: { checkEveryMs: 3_000 } });
    for (let watch = 0; watch < 4; watch += 1) await passWatch(kubernetes, clock);

    expect(comparisons(kubernetes)).toHaveLength(2);
  });

  test('is listed anew where it differs, and the stretch is told as a gap', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.put(aPod({ name: 'changed' }));
    kubernetes.put(aPod({ name: 'missed' }));
    const clock = new ManualClock();
    const goodAtMs = clock.now();
    const changed = kubernetes.all('pods').find(({ metadata }) => metadata.name === 'changed');
    const state = positioned({
      resourceVersion: kubernetes.version,
      goodAtMs,
      known: new Map([
        [changed?.metadata.uid ?? '', { namespace: 'shop', name: 'changed', resourceVersion: '1' }],
        ['0000', { namespace: 'shop', name: 'phantom', resourceVersion: '2' }],
      ]),
    });
    const rig = await Rig.start(kubernetes, { clock, state });
    await until('it watches', () => kubernetes.watches.length === 1);
    clock.advance(2_000);
    kubernetes.endWatches();
    await passBackoff(clock, 400);
    await rig.saw('gap-closed');

    expect(rig.story.filter((line) => !line.startsWith('re'))).toEqual([
      'LISTED changed',
      'LISTED missed',
      'VANISHED phantom',
      'gap-closed',
    ]);
    expect(rig.statements.find(({ type }) => type === 'gap-closed')).toMatchObject({
      watched: 'pod',
      reason: 'watch-inconsistent',
    });
    expect(rig.warnings).toEqual([
      expect.stringMatching(
        /must be listed again: at version \d+, 1 objects are not known, 1 are known in another revision, 1 are gone$/,
      ),
    ]);
    expect(await rig.known()).toEqual(serverSet(kubernetes));
  });
});
