import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aWorld } from '../../support/killable-agent.ts';
import { until } from '../../support/until.ts';

/** What Kubernetes gives a pod to end, if nothing else is said. */
const GRACE_MS = 30_000;

describe('SIGTERM', () => {
  test('in the midst of churn: everything that was seen is delivered within the grace period', async () => {
    const { cluster, start, stated, server, stored } = await aWorld();
    const agent = start();
    await stated('recording-began', 'event');
    cluster.create('web');
    for (let restart = 0; restart < 2_000; restart += 1) cluster.restart('web');
    await until('it has begun to deliver them', () => server.events.length > 10);
    agent.signal('SIGTERM');
    const atMs = performance.now();

    expect(await agent.ended()).toBe(0);
    expect(performance.now() - atMs).toBeLessThan(GRACE_MS / 2);
    // It has said its last word, after all that it saw.
    const lastOf = (source: string) =>
      Array.from(stored().values()).findLastIndex(
        (event) => event.source === source || (event.source === 'agent' && event.watched === source),
      );
    for (const source of ['pod', 'event']) {
      expect(Array.from(stored().values())[lastOf(source)]).toMatchObject({
        type: 'gap-opened',
        reason: 'agent-stopped',
      });
    }
    expect(agent.err).not.toContain('could not be delivered');
  });

  test('while the API is away: it ends in time, and the next one delivers what was left', async () => {
    const { cluster, start, stated, server, complete, timelineOf } = await aWorld({
      flags: ['--drain-seconds=2'],
    });
    const first = start();
    await stated('recording-began', 'event');
    await server.close();
    cluster.create('web');
    await first.says(/cannot be used/);
    first.signal('SIGTERM');
    const atMs = performance.now();
    expect(await first.ended()).toBe(0);
    expect(performance.now() - atMs).toBeLessThan(GRACE_MS / 2);
    expect(first.err).toContain('the next one finds them in the spool');
    cluster.restart('web');
    await server.open();
    start();
    await stated('recording-began', 'event', 2);
    await complete(cluster);

    const [uid = ''] = cluster.uids;
    expect(timelineOf(uid)).toMatchObject({ gaps: [], summary: { restarts: 1, complete: true } });
  });
});

test('an agent that is to stop with its standard input ends when its parent is killed', async () => {
  const { kubernetes, server, spool, stated, statements } = await aWorld();
  const agent = [
    'agent/main.ts',
    '--cluster=lab',
    `--api=${server.url.href}`,
    `--kubeconfig=${kubernetes.files.kubeconfig}`,
    '--docker=off',
    `--spool-dir=${spool}`,
    '--stop-with=stdin',
  ];
  const script = `
    const { spawn } = require('node:child_process');
    const agent = spawn(process.execPath, ${JSON.stringify(agent)}, { stdio: ['pipe', 'ignore', 'ignore'] });
    console.log(agent.pid);
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  const isRunning = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  onTestFinished(() => {
    parent.kill('SIGKILL');
    if (isRunning()) process.kill(pid, 'SIGKILL');
  });
  await stated('recording-began', 'event');
  parent.kill('SIGKILL');
  await until('the agent has ended too', () => !isRunning());

  expect(statements().slice(-1)).toMatchObject([{ type: 'gap-opened', reason: 'agent-stopped' }]);
});
