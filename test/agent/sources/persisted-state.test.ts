import { describe, expect, test } from 'vitest';
import { createPersistedRuntimeState } from '../../../agent/sources/runtime-state.ts';
import { merged, type WatchStep } from '../../../agent/sources/list-watch-state.ts';
import { createPersistedWatchState } from '../../../agent/sources/persisted-watch-state.ts';
import { aPod } from '../../support/builders.ts';
import { CrashingDisk } from '../../support/crashing-disk.ts';
import { aKubernetes, passBackoff, Rig, serverSet } from '../../support/list-watch-rig.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

const T0 = '2026-01-31T08:00:00.000Z';
const after = (ms: number) => new Date(Date.parse(T0) + ms).toISOString();
const line = () => {};

const parts = (disk: CrashingDisk, scope = 'here') => ({
  disk,
  name: 'state.spool',
  clock: new ManualClock(),
  log: { info: line, warn: line, error: line },
  isSpoolSafe: () => true,
  scope,
  aliveEveryMs: 3_000,
});
const aState = (disk: CrashingDisk, scope?: string) => createPersistedWatchState(parts(disk, scope));

describe('how far a list-watch came', () => {
  const web = { namespace: 'shop', name: 'web', resourceVersion: '7' };

  test('is there for the next process', async () => {
    const disk = new CrashingDisk();
    const state = aState(disk);
    expect(await state.load()).toBeUndefined();
    await state.save({ goodAtMs: 1, changes: [{ uid: 'u1', object: web }] });
    await state.save({ goodAtMs: 2, resourceVersion: '7' });
    await state.save({ goodAtMs: 3, resourceVersion: '8', changes: [{ uid: 'u2', object: web }] });
    await state.save({ goodAtMs: 4, resourceVersion: '9', changes: [{ uid: 'u1' }] });
    await state.save({ goodAtMs: 5 });
    expect(await aState(disk).load()).toEqual({
      goodAtMs: 5,
      resourceVersion: '9',
      known: new Map([['u2', web]]),
    });
  });

  test('is as far after one step as after all those that it was made of', async () => {
    const steps: readonly WatchStep[] = [
      { goodAtMs: 1, changes: [{ uid: 'u1', object: web }] },
      { goodAtMs: 2, resourceVersion: '7', changes: [{ uid: 'u2', object: web }] },
      { goodAtMs: 3, changes: [{ uid: 'u1' }, { uid: 'u3', object: web }] },
      { goodAtMs: 4 },
    ];
    const [together, oneByOne] = [new CrashingDisk(), new CrashingDisk()];
    await aState(together).save(merged(steps));
    const state = aState(oneByOne);
    for (const step of steps) await state.save(step);
    expect(await aState(together).load()).toEqual(await aState(oneByOne).load());
    expect(await aState(together).load()).toMatchObject({ goodAtMs: 4, resourceVersion: '7' });
  });

  test('is safe from a power cut every few seconds, also while every step has changes', async () => {
    const disk = new CrashingDisk();
    const clock = new ManualClock();
    const state = createPersistedWatchState({ ...parts(disk), clock });
    const seen = (version: string): WatchStep => ({
      goodAtMs: clock.now(),
      resourceVersion: version,
      changes: [{ uid: 'u1', object: { ...web, resourceVersion: version } }],
    });
    await state.save({ goodAtMs: 0, resourceVersion: '1' });
    clock.advance(3_000);
    await state.save(seen('2'));
    await state.save(seen('3'));
    disk.cutPower(() => 0);
    expect(await aState(disk).load()).toMatchObject({ resourceVersion: '2' });
  });

  test('is of no use for another server or another set of pods', async () => {
    const disk = new CrashingDisk();
    await aState(disk, 'here').save({ goodAtMs: 1, resourceVersion: '7' });
    expect(await aState(disk, 'there').load()).toBeUndefined();
  });

  test('lets a killed agent go on without a list, and says that nothing was lost', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.put(aPod({ name: 'web' }));
    const disk = new CrashingDisk();
    const clock = new ManualClock();
    const first = await Rig.start(kubernetes, { clock, state: aState(disk) });
    await until('it watches', () => kubernetes.watches.length === 1);
    clock.advance(60_000);
    await until(
      'it said that it is alive',
      async () => (await aState(disk.copy()).load())?.goodAtMs === clock.now(),
    );
    const killed = disk.copy();
    kubernetes.delete('pods', 'shop', 'web');
    await first.stop();
    clock.advance(30_000);
    const second = await Rig.start(kubernetes, { clock, state: aState(killed) });
    await second.saw('recording-began');

    expect(second.story).toEqual(['DELETED web', 'recording-began']);
    expect(second.statements).toEqual([
      { type: 'recording-began', watched: 'pod', from: after(60_000), to: after(60_000), reason: 'resumed' },
    ]);
    expect(kubernetes.requests.filter(({ verb }) => verb === 'list')).toHaveLength(1);
  });

  test('lets a killed agent whose version expired tell what vanished, and which stretch was lost', async () => {
    const kubernetes = await aKubernetes();
    for (const name of ['same', 'gone']) kubernetes.put(aPod({ name }));
    const disk = new CrashingDisk();
    const clock = new ManualClock();
    const first = await Rig.start(kubernetes, { clock, state: aState(disk) });
    await until('it watches', () => kubernetes.watches.length === 1);
    await first.stop();
    kubernetes.delete('pods', 'shop', 'gone');
    kubernetes.put(aPod({ name: 'new' }));
    kubernetes.compact();
    clock.advance(30_000);
    const second = await Rig.start(kubernetes, { clock, state: aState(disk) });
    await passBackoff(clock, 400);
    await second.saw('recording-began');

    expect(second.story).toEqual(['LISTED new', 'VANISHED gone', 'recording-began']);
    expect(second.statements).toEqual([
      { type: 'recording-began', watched: 'pod', from: T0, to: after(30_400), reason: 'watch-expired' },
    ]);
    expect(await second.known()).toEqual(serverSet(kubernetes));
  });
});

describe('how far the docker source came', () => {
  test('is there for the next process, with the messages seen last', async () => {
    const disk = new CrashingDisk();
    const state = createPersistedRuntimeState(parts(disk));
    expect(await state.load()).toBeUndefined();
    await state.save([{ goodAtMs: 1 }]);
    for (let number = 1; number <= 600; number += 1) {
      await state.save([{ goodAtMs: number, message: { key: `k${number}`, nano: String(number) } }]);
    }
    const loaded = await createPersistedRuntimeState(parts(disk)).load();
    expect(loaded?.goodAtMs).toBe(600);
    expect(loaded?.seen).toHaveLength(256);
    expect(loaded?.seen.at(-1)).toEqual({ key: 'k600', nano: '600' });
  });
});
