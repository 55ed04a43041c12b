import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAgentProgram } from '../support/agent-program.ts';
import { aContainerStatus, aPod } from '../support/builders.ts';
import { FakeKubernetes } from '../support/fake-kubernetes/fake-kubernetes.ts';
import { freePort } from '../support/free-port.ts';
import { answer, IngestServer } from '../support/ingest-server.ts';
import { SECRET, SECRETIVE_MESSAGES, secretiveEvent, secretivePod } from '../support/secretive-objects.ts';
import { until } from '../support/until.ts';

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-monitored-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function aWorld(more: readonly string[] = []) {
  const kubernetes = await FakeKubernetes.start();
  const server = await IngestServer.start();
  onTestFinished(async () => {
    await kubernetes.close();
    await server.close();
  });
  const tokenFile = join(await aFolder(), 'token');
  await writeFile(tokenFile, 'plt_api-token-of-the-agent');
  const port = await freePort();
  const agent = startAgentProgram('agent/main.ts', [
    '--cluster=lab',
    `--api=${server.url.href}`,
    `--token-file=${tokenFile}`,
    `--kubeconfig=${kubernetes.files.kubeconfig}`,
    '--docker=off',
    `--metrics-port=${port}`,
    ...more,
  ]);
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  return { kubernetes, server, agent, ask };
}

describe('an agent that is to send logs', () => {
  const now = () => new Date().toISOString();
  const restarted = (finishedAt: string) =>
    aPod({
      containerStatuses: [
        aContainerStatus({
          restartCount: 1,
          lastState: {
            terminated: { exitCode: 1, containerID: 'docker://first', startedAt: finishedAt, finishedAt },
          },
        }),
      ],
    });
  const say = (kubernetes: FakeKubernetes, finishedAt: string) =>
    kubernetes.previousLogs.set(
      'shop/web-7d9c5b6f4d-x2x4z/app',
      ['starting', `password=${SECRET}`, 'card 1234-5678', 'bye']
        .map((line) => `${finishedAt} ${line}`)
        .join('\n'),
    );

  test('sends the last lines of the run before, redacted by its rules and the operator’s', async () => {
    const patterns = join(await aFolder(), 'patterns');
    await writeFile(patterns, '\\b\\d{4}-\\d{4}\\b\n');
    const { kubernetes, server, ask } = await aWorld(['--log-lines=3', `--log-redact-file=${patterns}`]);
    const finishedAt = `${now().slice(0, 19)}Z`;
    say(kubernetes, finishedAt);
    kubernetes.put(restarted(finishedAt));
    const log = await until('the log has arrived', () =>
      server.events.find(({ source }) => source === 'log'),
    );

    expect(log).toMatchObject({
      id: 'log/first',
      pod: { name: 'web-7d9c5b6f4d-x2x4z', node: 'node1' },
      container: 'app',
      lines: ['password=[redacted]', 'card [redacted]', 'bye'],
      redacted: 2,
    });
    expect((await ask('/metrics')).text).toContain('podlapse_agent_logs_total{result="read"} 1\n');
  });

  test('goes on where there is no log, and asks for none when it is not told to', async () => {
    const { kubernetes, server, ask } = await aWorld(['--log-lines=3']);
    kubernetes.put(restarted(`${now().slice(0, 19)}Z`));
    await until('it is counted', async () => {
      const answered = await ask('/metrics').catch(() => undefined);
      return answered?.text.includes('podlapse_agent_logs_total{result="gone"} 1\n');
    });
    await until('the pod has arrived', () => server.events.some(({ source }) => source === 'pod'));

    const off = await aWorld();
    say(off.kubernetes, `${now().slice(0, 19)}Z`);
    off.kubernetes.put(restarted(`${now().slice(0, 19)}Z`));
    await until('the pod has arrived', () => off.server.events.some(({ source }) => source === 'pod'));
    expect((await off.ask('/metrics')).text).not.toContain('podlapse_agent_logs_total{');
  });

  test('does not start with patterns that are none, and says which', async () => {
    const patterns = join(await aFolder(), 'patterns');
    await writeFile(patterns, '(\n');
    const { agent } = await aWorld(['--log-lines=3', `--log-redact-file=${patterns}`]);

    expect(await agent.ended()).toBe(1);
    expect(agent.messages.at(-1)).toContain('line 1 is no regular expression');
  });
});

describe('an agent that is monitored', () => {
  test('is ready when it watches, counts what it does, and is not ready while it may not watch', async () => {
    const { kubernetes, server, agent, ask } = await aWorld();
    kubernetes.put(aPod());
    await until('it is ready', async () => {
      const answered = await ask('/readyz').catch(() => undefined);
      return answered?.status === 200;
    });
    await until('the pod has arrived', () => server.events.some(({ source }) => source === 'pod'));
    await until('the receipt is counted', async () =>
      (await ask('/metrics')).text.includes('podlapse_agent_delivered_events_total{result="accepted"} 3'),
    );

    expect((await ask('/healthz')).text).toBe('ok\n');
    expect((await ask('/readyz')).text).toBe('pod: watched\nevent: watched\n');
    const { text } = await ask('/metrics');
    expect(text).toContain('podlapse_agent_events_total{source="pod"} 1\n');
    expect(text).toContain('podlapse_agent_events_total{source="agent"} 2\n');
    expect(text).toContain('podlapse_agent_gap_open{source="pod"} 0\n');
    expect(text).toContain('podlapse_agent_spool_events 0\n');
    expect(text).toMatch(/podlapse_agent_resource_version_age_seconds\{source="pod"\} \d/);

    kubernetes.forbid('pods');
    kubernetes.dropConnections();
    await until(
      'it is not ready',
      async () => (await ask('/readyz')).text.startsWith('pod: forbidden\n'),
      25_000,
    );
    expect((await ask('/readyz')).status).toBe(503);
    expect((await ask('/metrics')).text).toMatch(
      /podlapse_agent_watch_restarts_total\{source="pod",reason="forbidden"\} [1-9]/,
    );

    agent.signal('SIGTERM');
    expect(await agent.ended()).toBe(0);
  });

  test('writes neither secrets nor what pods hold into its log or its numbers', async () => {
    const { kubernetes, server, agent, ask } = await aWorld();
    kubernetes.put(secretivePod);
    for (const [index, [reason, message]] of SECRETIVE_MESSAGES.entries()) {
      const event = secretiveEvent(reason, message);
      kubernetes.put({
        ...event,
        metadata: { ...event.metadata, uid: `e${index}`, name: `${SECRET}-${index}` },
      });
    }
    server.next(
      answer(503),
      answer(401, {}, 'who is this?'),
      answer(400, {}, 'a line is no JSON'),
      answer(413),
    );
    await until('the pod has arrived', () => server.events.some(({ source }) => source === 'pod'), 25_000);
    await until('both are watched', () => kubernetes.watches.length === 2);
    kubernetes.raw(`{"type":"MODIFIED","object":{"metadata":{"name":"${SECRET}","uid":7}}}\n`);
    await agent.says(/must be listed again/);
    await until('both are watched again', () => kubernetes.watches.length === 2, 20_000);
    kubernetes.raw(`{"type":"${'x'.repeat(50)}","object":{"spec":"${SECRET}`);
    kubernetes.endWatches();
    kubernetes.setToken('another-token', { keepFiles: true });
    kubernetes.dropConnections();
    await agent.says(/does not know who we are/);
    const metrics = await ask('/metrics');
    const ready = await ask('/readyz');
    agent.signal('SIGTERM');
    await agent.ended();

    const written = agent.err + agent.out + metrics.text + ready.text;
    expect(written).toContain('does not know our token');
    expect(written).not.toContain(SECRET);
    expect(written).not.toContain('plt_api-token-of-the-agent');
    expect(written).not.toContain(kubernetes.token);
    expect(agent.err).not.toContain('web-0');
    expect(agent.err).not.toContain('web:1');
  });

  test('does not show what stands in a kubeconfig that cannot be read', async () => {
    const kubeconfig = join(await aFolder(), 'config');
    await writeFile(kubeconfig, `users:\n- name: agent\n  user:\n    token: "${SECRET}\n    oops: [\n`);
    const agent = startAgentProgram('agent/main.ts', ['--cluster=lab', `--kubeconfig=${kubeconfig}`]);

    expect(await agent.ended()).toBe(1);
    expect(agent.err).toContain(`kubeconfig ${kubeconfig} cannot be read`);
    expect(agent.err).not.toContain(SECRET);
  });

  test('whose port is taken ends with 1 and says so', async () => {
    const server = await IngestServer.start();
    onTestFinished(() => server.close());
    const kubernetes = await FakeKubernetes.start();
    onTestFinished(() => kubernetes.close());
    const agent = startAgentProgram('agent/main.ts', [
      '--cluster=lab',
      `--kubeconfig=${kubernetes.files.kubeconfig}`,
      '--docker=off',
      `--metrics-port=${server.url.port}`,
    ]);

    expect(await agent.ended()).toBe(1);
    expect(agent.messages).toEqual([
      expect.stringMatching(/cannot be served at 127\.0\.0\.1:\d+ .*EADDRINUSE/),
    ]);
  });

  test('that is stopped while the API never answers ends when its time to deliver is over', async () => {
    const { kubernetes, server, agent } = await aWorld(['--drain-seconds=1']);
    server.otherwise(() => {});
    kubernetes.put(aPod());
    await until('a request hangs', () => server.requests.length > 0);
    const askedAt = performance.now();
    agent.signal('SIGTERM');

    expect(await agent.ended()).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(5_000);
    expect(agent.messages.at(-1)).toMatch(/stops with events that could not be delivered in time/);
  });
});
