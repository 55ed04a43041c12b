import { describe, expect, test } from 'vitest';
import { createMemoryState } from '../../../agent/sources/list-watch-state.ts';
import type { Statement } from '../../../agent/statement.ts';
import { aPod, aUid } from '../../support/builders.ts';
import type { RequestRecord } from '../../support/fake-kubernetes/fake-kubernetes.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { aKubernetes, passBackoff, Rig, serverSet } from '../../support/list-watch-rig.ts';
import { until } from '../../support/until.ts';

const T0 = '2026-01-31T08:00:00.000Z';
/** A list of what is there now, not one to compare with. */
const isOfNow = ({ verb, query }: RequestRecord) =>
  verb === 'list' && query['resourceVersionMatch'] === undefined;
const after = (ms: number) => new Date(Date.parse(T0) + ms).toISOString();

describe('at the start', () => {
  test('what is there is listed, recording is stated, and what happens then is watched', async () => {
    const kubernetes = await aKubernetes();
    const stored = kubernetes.put(aPod({ name: 'web' }));
    const rig = await Rig.start(kubernetes);
    await rig.saw('recording-began');
    kubernetes.update('pods', 'shop', 'web', (pod) => ({ ...pod, status: { phase: 'Failed' } }));
    kubernetes.put(aPod({ name: 'db' }));
    kubernetes.delete('pods', 'shop', 'web');
    await rig.saw('DELETED web');

    expect(rig.story).toEqual(['LISTED web', 'recording-began', 'MODIFIED web', 'ADDED db', 'DELETED web']);
    const { kind: _kind, apiVersion: _apiVersion, ...item } = stored;
    expect(rig.observations[0]).toEqual({ at: T0, source: 'pod', raw: { type: 'LISTED', object: item } });
    expect(rig.statements).toEqual([{ type: 'recording-began', watched: 'pod', to: T0 }]);
    expect(await rig.known()).toEqual(serverSet(kubernetes));
  });

  test('a list comes in pages, all of one version, and the watch goes on from it', async () => {
    const kubernetes = await aKubernetes();
    for (let n = 0; n < 25; n += 1) kubernetes.put(aPod({ name: `web-${n}` }));
    const listed = kubernetes.version;
    const rig = await Rig.start(kubernetes, { tuning: { pageLimit: 10 } });
    await rig.saw('recording-began');
    await until('it watches', () => kubernetes.watches.length === 1);

    const lists = kubernetes.requests.filter(({ verb }) => verb === 'list');
    expect(lists.map(({ query }) => query['limit'])).toEqual(['10', '10', '10']);
    expect(kubernetes.requests.at(-1)).toMatchObject({
      verb: 'watch',
      query: { resourceVersion: listed, allowWatchBookmarks: 'true', timeoutSeconds: '270' },
    });
    expect(new Set(rig.story).size).toBe(26);
  });

  test('a list that expires between two pages begins anew, and tells nothing twice', async () => {
    const kubernetes = await aKubernetes();
    for (const name of ['a', 'b', 'c', 'd']) kubernetes.put(aPod({ name }));
    kubernetes.failNext({ status: 410, verb: 'list', after: 1 });
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock, tuning: { pageLimit: 2 } });
    await passBackoff(clock, 400);
    await rig.saw('recording-began');

    expect(rig.story).toEqual(['LISTED a', 'LISTED b', 'LISTED c', 'LISTED d', 'recording-began']);
    expect(rig.statements).toEqual([{ type: 'recording-began', watched: 'pod', to: after(400) }]);
  });

  test('a page that is too large to hold is asked for in smaller parts', async () => {
    const kubernetes = await aKubernetes();
    for (let n = 0; n < 8; n += 1) kubernetes.put(aPod({ name: `web-${n}` }));
    const rig = await Rig.start(kubernetes, { tuning: { pageLimit: 8, maxPageBytes: 15_000 } });
    await rig.saw('recording-began');

    expect(rig.story).toHaveLength(9);
    const limits = kubernetes.requests
      .filter(({ verb }) => verb === 'list')
      .map(({ query }) => query['limit']);
    expect(limits).toEqual(['8', '4', '2', '2', '2', '2']);
  });
});

describe('a watch that ends or breaks', () => {
  test.each([
    ['ends as its time is over', 'endWatches', undefined],
    ['is cut', 'dropConnections', 400],
  ] as const)('a watch that %s goes on where it was', async (_title, how, backoffMs) => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    await until('it watches', () => kubernetes.watches.length === 1);
    kubernetes.put(aPod({ name: 'before' }));
    await rig.saw('ADDED before');
    kubernetes[how]();
    kubernetes.put(aPod({ name: 'meanwhile' }));
    if (backoffMs !== undefined) await passBackoff(clock, backoffMs);
    await rig.saw('ADDED meanwhile');

    expect(rig.story).toEqual(['recording-began', 'ADDED before', 'ADDED meanwhile']);
    expect(rig.warnings).toEqual([]);
    // The list, the watch and the next watch share one, unless it was cut.
    expect(kubernetes.connections).toBe(how === 'endWatches' ? 1 : 2);
  });

  test('a bookmark moves the version, and is not observed', async () => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock, scope: { node: 'node1' } });
    await until('it watches', () => kubernetes.watches.length === 1);
    kubernetes.put(aPod({ name: 'elsewhere', node: 'node2' }));
    kubernetes.bookmark();
    await until(
      'it has the version',
      async () => (await rig.state.load())?.resourceVersion === kubernetes.version,
    );
    kubernetes.compact();
    kubernetes.endWatches();
    await until(
      'it watches again',
      () => kubernetes.requests.filter(({ verb }) => verb === 'watch').length === 2,
    );
    kubernetes.put(aPod({ name: 'here' }));
    await rig.saw('ADDED here');

    expect(rig.story).toEqual(['recording-began', 'ADDED here']);
    expect(kubernetes.requests.filter(isOfNow)).toHaveLength(1);
  });

  test('a watch that falls silent is given up, and goes on', async () => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    await until('it watches', () => kubernetes.watches.length === 1);
    kubernetes.bookmark();
    kubernetes.put(aPod({ name: 'web' }));
    await rig.saw('ADDED web');
    await until('it looks for silence', () => clock.sleeping.includes(15_000));
    for (let seconds = 0; seconds < 150; seconds += 15) {
      clock.advance(15_000);
      await until('it looks again', () => clock.sleeping.length > 0);
    }
    await until('the watch is over', () => kubernetes.watches.length === 0);
    await passBackoff(clock, 400);
    await until('it watches again', () => kubernetes.watches.length === 1);

    expect(rig.story).toEqual(['recording-began', 'ADDED web']);
  });

  test('watches that end as they begin are not repeated at once, and at the third the set is listed', async () => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    for (const waitMs of [400, 800, 1_600]) {
      await until('it watches', () => kubernetes.watches.length === 1);
      kubernetes.endWatches();
      await passBackoff(clock, waitMs);
    }
    await rig.saw('gap-closed');

    expect(kubernetes.requests.filter(({ verb }) => verb === 'list')).toHaveLength(2);
  });
});

describe('an expired version', () => {
  test.each([
    ['an ERROR frame of a watch that began', () => {}],
    [
      'HTTP 410',
      (kubernetes: Awaited<ReturnType<typeof aKubernetes>>) =>
        kubernetes.failNext({ status: 410, verb: 'watch' }),
    ],
  ])(
    'told by %s is followed by a list that tells what changed and what vanished',
    async (_title, prepare) => {
      const kubernetes = await aKubernetes();
      for (const name of ['same', 'changed', 'gone']) kubernetes.put(aPod({ name }));
      const clock = new ManualClock();
      const rig = await Rig.start(kubernetes, { clock });
      await until('it watches', () => kubernetes.watches.length === 1);
      clock.advance(1_500);
      kubernetes.update('pods', 'shop', 'same', (pod) => pod);
      await rig.saw('MODIFIED same');
      clock.advance(60_000);
      await kubernetes.stop();
      kubernetes.update('pods', 'shop', 'changed', (pod) => pod);
      kubernetes.delete('pods', 'shop', 'gone');
      kubernetes.put(aPod({ name: 'new' }));
      kubernetes.compact();
      prepare(kubernetes);
      await kubernetes.start();
      await passBackoff(clock, 400);
      await passBackoff(clock, 800);
      await rig.saw('gap-closed');

      expect(rig.story.slice(-4)).toEqual(['LISTED changed', 'LISTED new', 'VANISHED gone', 'gap-closed']);
      expect(rig.observations.at(-2)?.raw).toEqual({
        type: 'VANISHED',
        object: {
          metadata: {
            uid: aUid('shop/gone'),
            namespace: 'shop',
            name: 'gone',
            resourceVersion: kubernetes.version,
          },
        },
      });
      expect(rig.statements.at(-1)).toEqual({
        type: 'gap-closed',
        watched: 'pod',
        from: after(1_500),
        to: after(62_700),
        reason: 'watch-expired',
      });
      expect(await rig.known()).toEqual(serverSet(kubernetes));
    },
  );

  test('a pod deleted and made anew under its name vanished, and the other one is listed', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.put(aPod({ name: 'db-0', uid: 'first' }));
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    await until('it watches', () => kubernetes.watches.length === 1);
    await kubernetes.stop();
    kubernetes.delete('pods', 'shop', 'db-0');
    kubernetes.put(aPod({ name: 'db-0', uid: 'second' }));
    kubernetes.compact();
    await kubernetes.start();
    await passBackoff(clock, 400);
    await passBackoff(clock, 800);
    await rig.saw('gap-closed');

    const told = rig.observations
      .map(({ raw }) => raw as { type: string; object?: { metadata: { uid: string } } })
      .filter(({ object }) => object !== undefined)
      .map(({ type, object }) => `${type} ${object?.metadata.uid}`);
    expect(told).toEqual(['LISTED first', 'LISTED second', 'VANISHED first']);
  });

  test('a version kept from before a restart can have expired meanwhile', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.put(aPod({ name: 'web' }));
    const clock = new ManualClock();
    const state = createMemoryState();
    await state.save({ resourceVersion: '1000', goodAtMs: clock.now() });
    kubernetes.compact();
    clock.advance(3_600_000);
    const rig = await Rig.start(kubernetes, { clock, state });
    await passBackoff(clock, 400);
    await rig.saw('recording-began');

    expect(rig.story).toEqual(['LISTED web', 'recording-began']);
    expect(rig.statements).toEqual([
      { type: 'recording-began', watched: 'pod', from: T0, to: after(3_600_400), reason: 'watch-expired' },
    ]);
  });
});

describe('an API server in trouble', () => {
  test.each([
    [{ status: 429, retryAfter: 7 }, 7_400],
    [{ status: 503, retryAfter: 3 }, 3_400],
    [{ status: 500 }, 400],
    [{ status: 'reset' }, 400],
  ] as const)('%o is tried again after %i ms', async (failure, waitMs) => {
    const kubernetes = await aKubernetes();
    kubernetes.failNext({ ...failure, verb: 'list' });
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    await passBackoff(clock, waitMs);
    await rig.saw('recording-began');

    expect(rig.warnings).toHaveLength(1);
  });

  test('is told of once, and once more when it is back; a long outage is a gap that lost nothing', async () => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    await until('it watches', () => kubernetes.watches.length === 1);
    clock.advance(5_000);
    kubernetes.put(aPod({ name: 'before' }));
    await rig.saw('ADDED before');
    await kubernetes.stop();
    for (const waitMs of [400, 800, 1_600, 3_200]) await passBackoff(clock, waitMs);
    // 6 s are over, 4 s are left until it is a gap, and 2.4 s more until the next attempt.
    await passBackoff(clock, 4_000);
    await rig.saw('gap-opened');
    await kubernetes.start();
    kubernetes.put(aPod({ name: 'meanwhile' }));
    await passBackoff(clock, 2_400);
    await rig.saw('gap-closed');

    expect(rig.statements.slice(1)).toEqual([
      { type: 'gap-opened', watched: 'pod', from: after(5_000), reason: 'api-unreachable' },
      { type: 'gap-closed', watched: 'pod', from: after(5_000), to: after(5_000), reason: 'resumed' },
    ]);
    expect(rig.told.map(({ level }) => level)).toEqual(['warn', 'info']);
    expect(rig.warnings[0]).toMatch(/cannot be used \(connect ECONNREFUSED .*\): check that it runs/);
    expect(rig.told[1]?.message).toMatch(/answers again after 12 s/);
    expect(rig.story).toContain('ADDED meanwhile');
  });

  test('a watch that stands again closes the gap, though nothing happens on it', async () => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock, tuning: { gapAfterMs: 300 } });
    await until('it watches', () => kubernetes.watches.length === 1);
    kubernetes.dropConnections();
    await passBackoff(clock, 300);
    await rig.saw('gap-opened');
    await passBackoff(clock, 100);
    await passBackoff(clock, 2_000);
    await rig.saw('gap-closed');

    expect(rig.statements.at(-1)).toMatchObject({ reason: 'resumed', from: T0, to: T0 });
  });

  test.each([500, 504])('an ERROR frame with %i is told, and the watch goes on', async (code) => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    await until('it watches', () => kubernetes.watches.length === 1);
    kubernetes.errorFrame(code);
    await passBackoff(clock, 400);
    await until('it watches again', () => kubernetes.watches.length === 1);
    kubernetes.put(aPod({ name: 'web' }));
    await rig.saw('ADDED web');

    expect(rig.warnings).toHaveLength(1);
    expect(rig.warnings[0]).toContain(String(code));
  });
});

describe('an API server that refuses us', () => {
  test('a token that it does not know is tried slowly, and a new one is taken up', async () => {
    const kubernetes = await aKubernetes();
    const { kubeconfig } = kubernetes.files;
    kubernetes.setToken('another', { keepFiles: true });
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    await passBackoff(clock, 2_500);
    await until('it tried twice', () => clock.sleeping.includes(5_000));
    kubernetes.setToken('another');
    clock.advance(5_000);
    await rig.saw('recording-began');

    expect(kubernetes.files.kubeconfig).toBe(kubeconfig);
    expect(rig.warnings).toEqual([expect.stringContaining('does not know who we are (401 Unauthorized')]);
  });

  test('403 is told once with what to grant, and tried for as long as it takes', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.forbid('pods');
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    for (const waitMs of [2_500, 5_000, 10_000, 20_000, 30_000, 30_000]) await passBackoff(clock, waitMs);
    await until('it was refused again', () => clock.sleeping.includes(30_000));
    kubernetes.allow();
    clock.advance(30_000);
    await rig.saw('recording-began');

    expect(rig.warnings).toEqual([
      expect.stringMatching(/cannot list resource "pods".*grant get, list and watch on pods/),
    ]);
  });

  test('a right that is withdrawn while it watches is a gap with that reason', async () => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    await until('it watches', () => kubernetes.watches.length === 1);
    kubernetes.forbid('pods');
    kubernetes.endWatches();
    await passBackoff(clock, 400);
    await passBackoff(clock, 2_500);
    await passBackoff(clock, 5_000);
    await passBackoff(clock, 2_100);
    await rig.saw('gap-opened');

    expect(rig.statements.at(-1)).toEqual({
      type: 'gap-opened',
      watched: 'pod',
      from: T0,
      reason: 'forbidden',
    });
  });
});

describe('frames that cannot be read', () => {
  test.each([
    ['longer than the cap', `{"type":"ADDED","object":"${'x'.repeat(3_000_000)}"}\n`, 'frame-too-large'],
    ['not JSON', 'upstream timed out\n', 'frame-malformed'],
    [
      'without a UID',
      '{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"5"}}}\n',
      'frame-malformed',
    ],
  ])('a frame %s is stated as dropped, and the set is listed', async (_title, bytes, reason) => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock, tuning: { maxFrameBytes: 2_000_000 } });
    await until('it watches', () => kubernetes.watches.length === 1);
    kubernetes.raw(bytes);
    await rig.saw('events-dropped');
    kubernetes.put(aPod({ name: 'meanwhile' }));
    await passBackoff(clock, 400);
    await rig.saw('gap-closed');

    const watched = 'pod';
    expect(rig.story).toEqual(['recording-began', 'events-dropped', 'LISTED meanwhile', 'gap-closed']);
    expect(rig.statements.slice(1)).toEqual<Statement[]>([
      { type: 'events-dropped', watched, dropped: 1, reason },
      { type: 'gap-closed', watched, from: T0, to: after(400), reason },
    ]);
  });

  test('a frame of an unknown type is told and passed over', async () => {
    const kubernetes = await aKubernetes();
    const rig = await Rig.start(kubernetes);
    await until('it watches', () => kubernetes.watches.length === 1);
    kubernetes.raw('{"type":"SNAPSHOT","object":{}}\n\n');
    kubernetes.put(aPod({ name: 'web' }));
    await rig.saw('ADDED web');

    expect(rig.told).toEqual([
      expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ type: 'SNAPSHOT' }) }),
    ]);
  });

  test('a character that is cut in two by the network stays whole', async () => {
    const kubernetes = await aKubernetes();
    const rig = await Rig.start(kubernetes);
    await until('it watches', () => kubernetes.watches.length === 1);
    const pod = aPod({ name: 'web', annotations: { note: 'größer\u2028als 🐳' } });
    const frame = Buffer.from(
      `${JSON.stringify({ type: 'ADDED', object: { ...pod, metadata: { ...pod.metadata, resourceVersion: '7' } } })}\n`,
    );
    const middle = frame.indexOf(Buffer.from('🐳')) + 2;
    kubernetes.raw(frame.subarray(0, middle));
    await until('the first half is sent', () => kubernetes.watches[0]?.bufferedBytes === 0);
    kubernetes.raw(frame.subarray(middle));
    await rig.saw('ADDED web');

    expect(rig.observations.at(-1)?.raw).toMatchObject({
      object: { metadata: { annotations: { note: 'größer\u2028als 🐳' } } },
    });
  });
});

describe('a spool that is behind', () => {
  test('pauses the socket, and the version moves only when a frame is safe', async () => {
    const kubernetes = await aKubernetes();
    let release = () => {};
    const isSafe = new Promise<void>((resolve) => {
      release = resolve;
    });
    const rig = await Rig.start(kubernetes, {
      tuning: { maxAhead: 10 },
      onObserve: ({ source }) => (source === 'pod' ? isSafe : undefined),
    });
    await until('it watches', () => kubernetes.watches.length === 1);
    const before = kubernetes.version;
    const annotations = { padding: 'x'.repeat(200_000) };
    for (let n = 0; n < 100; n += 1) kubernetes.put(aPod({ name: `web-${n}`, annotations }));
    // 20 MB do not fit what the two kernels hold: the rest stays with the server.
    await until('the server cannot send', () => (kubernetes.watches[0]?.bufferedBytes ?? 0) > 5_000_000);
    expect((await rig.state.load())?.resourceVersion).toBe(before);

    release();
    await rig.saw('ADDED web-99');
    expect(rig.story).toHaveLength(101);
    await until(
      'it has the version',
      async () => (await rig.state.load())?.resourceVersion === kubernetes.version,
    );
  });

  test('a spool that fails ends the source with its error', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.put(aPod());
    const rig = await Rig.start(kubernetes, {
      onObserve: () => Promise.reject(new Error('the disk is full')),
    });

    await expect(rig.ended).rejects.toThrow('the disk is full');
  });
});

describe('the end', () => {
  test('a spool that fails while the watch is quiet ends the source as well', async () => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const state = createMemoryState();
    await state.save({ resourceVersion: kubernetes.version, goodAtMs: clock.now() });
    const onObserve = () => Promise.reject(new Error('the disk is full'));
    const rig = await Rig.start(kubernetes, { clock, state, onObserve });
    await passBackoff(clock, 2_000);

    await expect(rig.ended).rejects.toThrow('the disk is full');
    await until('the watch is over', () => kubernetes.watches.length === 0);
  });

  test('an agent that is stopped states it, and closes its connections', async () => {
    const kubernetes = await aKubernetes();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    await until('it watches', () => kubernetes.watches.length === 1);
    clock.advance(90_000);
    await rig.stop();

    expect(rig.statements.at(-1)).toEqual({
      type: 'gap-opened',
      watched: 'pod',
      from: after(90_000),
      reason: 'agent-stopped',
    });
    await until('the watch is over', () => kubernetes.watches.length === 0);
    expect(clock.sleeping).toEqual([]);
  });

  test('one that never reached the API has nothing to state', async () => {
    const kubernetes = await aKubernetes();
    await kubernetes.stop();
    const clock = new ManualClock();
    const rig = await Rig.start(kubernetes, { clock });
    await until('it waits', () => clock.sleeping.includes(400));
    await rig.stop();

    expect(rig.observations).toEqual([]);
  });

  test('one that starts again goes on from its version, and says that nothing was lost between', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.put(aPod({ name: 'web' }));
    const clock = new ManualClock();
    const first = await Rig.start(kubernetes, { clock });
    await until('it watches', () => kubernetes.watches.length === 1);
    await first.stop();
    kubernetes.delete('pods', 'shop', 'web');
    clock.advance(60_000);
    const second = await Rig.start(kubernetes, { clock, state: first.state });
    await second.saw('DELETED web');
    await second.saw('recording-began');

    expect(second.story).toEqual(['DELETED web', 'recording-began']);
    expect(second.statements).toEqual([
      { type: 'recording-began', watched: 'pod', from: T0, to: T0, reason: 'resumed' },
    ]);
  });
});
