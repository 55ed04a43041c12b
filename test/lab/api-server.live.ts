import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createMemoryState } from '../../agent/sources/list-watch-state.ts';
import { until } from '../support/until.ts';
import { labDown } from './down.ts';
import { kubectl } from './kubectl.ts';
import { restartApiServer } from './restart.ts';
import { LiveWatch } from './stage/live-watch.ts';
import type { LabState } from './state.ts';
import { labUp } from './up.ts';

const folder = join(tmpdir(), 'podlapse-lab-live-api');
let lab: LabState;
let namespace = '';
let namespaces = 0;

beforeAll(async () => {
  lab = await labUp({ folder, report: console.log });
});

afterAll(async () => {
  await labDown({ folder });
});

beforeEach(async () => {
  namespaces += 1;
  namespace = `watched-${namespaces}`;
  await kubectl(lab, ['create', 'namespace', namespace]);
  await until('the namespace has its service account', async () => {
    const found = await inNamespace('get', 'serviceaccounts', '--ignore-not-found', '-o', 'name');
    return found.includes('default');
  });
});

const inNamespace = (...args: string[]): Promise<string> => kubectl(lab, ['--namespace', namespace, ...args]);

/** A pod that no scheduler takes, so that nothing but the test changes it. */
async function put(...names: string[]): Promise<void> {
  const items = names.map((name) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { schedulerName: 'nobody', containers: [{ name: 'app', image: lab.images.app }] },
  }));
  await kubectl(lab, ['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

const touch = (name: string) => inNamespace('label', 'pod', name, 'touched=yes');
const remove = (name: string) => inNamespace('delete', 'pod', name, '--grace-period=0', '--force');

const uidOf = (name: string) => inNamespace('get', 'pod', name, '-o', 'jsonpath={.metadata.uid}');

/** Forgets all of etcd's history up to now, as the API server does every five minutes. */
async function compact(): Promise<void> {
  const etcd = `http://127.0.0.1:${lab.ports.etcdClient}/v3/kv`;
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${etcd}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    return (await answer.json()) as { header: { revision: string } };
  };
  const { header } = await post('range', { key: Buffer.from('/').toString('base64') });
  await post('compaction', { revision: header.revision, physical: true });
}

async function watch(options: Omit<Parameters<typeof LiveWatch.start>[0], 'lab' | 'namespace'> = {}) {
  const live = await LiveWatch.start({ lab, namespace, ...options });
  onTestFinished(() => live.stop());
  return live;
}

describe('the list-watch at a real API server', () => {
  test('lists in pages, each pod once, and goes on from there', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `web-${String(index).padStart(2, '0')}`);
    await put(...names);
    const live = await watch({ tuning: { pageLimit: 5 } });
    await live.saw('recording-began');
    await touch('web-03');
    await live.saw('MODIFIED web-03');

    expect(live.story).toEqual([
      ...names.map((name) => `LISTED ${name}`),
      'recording-began',
      'MODIFIED web-03',
    ]);
    const lists = live.requests.filter(({ watch: isWatch }) => isWatch === undefined);
    expect(lists.length).toBeGreaterThanOrEqual(3);
    expect(lists.every(({ limit }) => limit === '5')).toBe(true);
    expect(lists.slice(1).every((query) => query['continue'] !== undefined)).toBe(true);
  });

  test('a list whose history is compacted between two pages is complete all the same, and tells nothing twice', async () => {
    const names = ['a', 'b', 'c', 'd'];
    await put(...names);
    let hasCompacted = false;
    const live = await watch({
      tuning: { pageLimit: 2 },
      onRequest: async ({ continue: token }) => {
        if (token === undefined || hasCompacted) return;
        hasCompacted = true;
        await touch('d');
        await compact();
      },
    });
    await live.saw('recording-began');

    expect(live.story.filter((line) => line.startsWith('LISTED')).sort()).toEqual(
      names.map((name) => `LISTED ${name}`),
    );
  });

  test('bookmarks carry the version on while no pod changes', async () => {
    await put('web');
    const state = createMemoryState();
    const live = await watch({ state, tuning: { watchSeconds: { min: 8, max: 8 } } });
    await live.saw('recording-began');
    await inNamespace('create', 'configmap', 'elsewhere');
    const elsewhere = await inNamespace(
      'get',
      'configmap',
      'elsewhere',
      '-o',
      'jsonpath={.metadata.resourceVersion}',
    );
    await until(
      'a bookmark passes the change of something else',
      async () => {
        // The API server learns how far etcd is only when someone wants to know, as with a consistent list.
        await inNamespace('get', 'pods');
        return Number((await state.load())?.resourceVersion ?? 0) >= Number(elsewhere);
      },
      60_000,
    );

    expect(live.story).toEqual(['LISTED web', 'recording-began']);
  });

  test('a watch that ends as its time is over goes on without a gap', async () => {
    await put('web');
    const live = await watch({ tuning: { watchSeconds: { min: 2, max: 2 } } });
    await live.saw('recording-began');
    const watches = () => live.requests.filter(({ watch: isWatch }) => isWatch !== undefined).length;
    await until('three watches were begun', () => watches() >= 3, 30_000);
    await touch('web');
    await live.saw('MODIFIED web');

    expect(live.story).toEqual(['LISTED web', 'recording-began', 'MODIFIED web']);
    // What was known at the end of each watch was held against a list of just that version.
    const compared = live.requests.filter((query) => query['resourceVersionMatch'] === 'Exact');
    expect(compared.length).toBeGreaterThanOrEqual(2);
  });

  test('a pod that was replaced under its name while nobody watched is told as two pods', async () => {
    await put('db-0');
    const state = createMemoryState();
    const before = await watch({ state });
    await before.saw('recording-began');
    const first = await uidOf('db-0');
    await before.stop();
    await remove('db-0');
    await put('db-0');
    const second = await uidOf('db-0');
    const after = await watch({ state });
    await after.saw('ADDED db-0');

    // Even a deletion without grace is told in two steps: the mark, then the end.
    expect(after.story).toEqual(['MODIFIED db-0', 'recording-began', 'DELETED db-0', 'ADDED db-0']);
    expect(after.uids).toEqual([first, first, second]);
    expect(after.statements[0]).toMatchObject({ type: 'recording-began', reason: 'resumed' });
  });

  test('a version that was compacted and that a new API server does not know is answered with a list', async () => {
    await put('db-0', 'web');
    const state = createMemoryState();
    const before = await watch({ state });
    await before.saw('recording-began');
    const first = await uidOf('db-0');
    await before.stop();
    await remove('db-0');
    await put('db-0');
    const second = await uidOf('db-0');
    await compact();
    await restartApiServer({ folder });
    const after = await watch({ state });
    await after.saw('recording-began');
    await touch('web');
    await after.saw('MODIFIED web');

    // `web` is as it was known, so that there is nothing to tell of it.
    expect(after.story).toEqual(['LISTED db-0', 'VANISHED db-0', 'recording-began', 'MODIFIED web']);
    expect(after.uids.slice(0, 2)).toEqual([second, first]);
    expect(after.statements[0]).toMatchObject({ type: 'recording-began', reason: 'watch-expired' });
  });

  test('an API server that is restarted is found again, and what happened meanwhile is told', async () => {
    await put('web');
    const live = await watch();
    await live.saw('recording-began');
    await restartApiServer({ folder });
    await touch('web');
    await until(
      'the change is told',
      () => JSON.stringify(live.lastOf('web')).includes('"touched":"yes"'),
      60_000,
    );

    expect(live.story.filter((line) => /^(?:ADDED|DELETED|VANISHED)/.test(line))).toEqual([]);
    expect(live.statements.map(({ type }) => type)).toContain('recording-began');
  });
});
