import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureWebBuilt } from '../../scripts/ensure-web-built.mjs';
import { aPodRevision, POD } from '../support/recorded-events.ts';
import { until } from '../support/until.ts';

const LOCAL = fileURLToPath(new URL('../../functions/local.ts', import.meta.url));

interface Started {
  readonly process: ChildProcess;
  readonly url: string;
  readonly out: () => string;
  readonly err: () => string;
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>;
}

describe('npm start', () => {
  beforeAll(() => void ensureWebBuilt());
  let home: string;
  const running: ChildProcess[] = [];
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'podlapse-local-'));
  });
  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    await rm(home, { recursive: true, force: true });
  });

  /** Runs it where neither Kubernetes nor Docker is to be found, unless `env` says otherwise. */
  const launch = (env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [LOCAL], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        DOCKER_HOST: `unix://${join(home, 'no-docker.sock')}`,
        PODLAPSE_PORT: '0',
        PODLAPSE_DATA_DIR: join(home, 'data'),
        ...env,
      },
    });
    running.push(child);
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    return { child, said };
  };
  const start = async (env: Record<string, string> = {}): Promise<Started> => {
    const { child, said } = launch(env);
    const url = await until(
      'it listens',
      () => {
        if (child.exitCode !== null) throw new Error(said.err);
        return /^podlapse is listening on (http:\/\/127\.0\.0\.1:\d+)\n/.exec(said.out)?.[1];
      },
      20_000,
    );
    return {
      process: child,
      url,
      out: () => said.out,
      err: () => said.err,
      stop: async () => {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        const [code] = await ended;
        return code as number | null;
      },
    };
  };
  const failure = async (
    env: Record<string, string>,
  ): Promise<{ readonly code: number; readonly err: string }> => {
    const { child, said } = launch(env);
    const [code] = await once(child, 'close');
    expect(said.out).toBe('');
    return { code: code as number, err: said.err };
  };
  const getJson = async (url: string) => JSON.parse(await (await fetch(url)).text());
  const put = async (url: string, cluster: string) => {
    const event = aPodRevision({ occurredAt: '2026-03-01T10:00:00Z', resourceVersion: '1' });
    const response = await fetch(`${url}/v1/clusters/${cluster}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events: [event] }),
    });
    return response.json();
  };

  it('with nothing to watch shows the example, in a terminal and in a browser, and ends cleanly', async () => {
    const local = await start();
    expect(local.out()).toBe(`podlapse is listening on ${local.url}\n`);
    const [pod] = (await getJson(`${local.url}/v1/clusters/example/pods`)).items;
    expect(pod.summary).toMatchObject({ restarts: 4, counted: 3, uncounted: 1 });
    const text = await (await fetch(`${local.url}${pod.timeline}?format=text`)).text();
    expect(text).toContain('pod-apache');
    const link = /the example: (\S+)/.exec(local.err())?.[1] ?? '';
    const page = await fetch(link);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<div id="app">');
    const { name, namespace, cluster } = Object.fromEntries(new URL(link).searchParams);
    expect({ name, namespace, cluster }).toEqual({
      name: 'pod-apache',
      namespace: 'default',
      cluster: 'example',
    });
    expect(await local.stop()).toBe(0);
    expect(local.out().split('\n')).toHaveLength(2);
  });

  it('keeps what was recorded, even if it is killed, and does not load the example into a store that has some', async () => {
    const first = await start({ PODLAPSE_AGENT: 'off' });
    expect(await put(first.url, 'lab')).toMatchObject({ accepted: 1 });
    const ended = once(first.process, 'exit');
    first.process.kill('SIGKILL');
    await ended;
    await rm(join(home, 'elsewhere'), { recursive: true, force: true });
    const second = await start({ PODLAPSE_AGENT: 'off' });
    expect(await put(second.url, 'lab')).toMatchObject({ accepted: 0, duplicates: 1 });
    const { items } = await getJson(`${second.url}/v1/clusters/lab/pods/${POD.uid}/events`);
    expect(items).toHaveLength(1);
    expect(await second.stop()).toBe(0);
  });

  it('with the agent off shows the example in an empty store', async () => {
    const local = await start({ PODLAPSE_AGENT: 'off' });
    const { items } = await getJson(`${local.url}/v1/clusters`);
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['example']);
    expect(await local.stop()).toBe(0);
  });

  it('refuses a second one on the same folder, and a port that is in use, with the remedy', async () => {
    const local = await start({ PODLAPSE_AGENT: 'off' });
    const sameFolder = await failure({ PODLAPSE_AGENT: 'off' });
    expect(sameFolder.code).toBe(1);
    expect(sameFolder.err).toMatch(/another podlapse uses the data folder .*PODLAPSE_DATA_DIR/);
    const { port } = new URL(local.url);
    const samePort = await failure({ PODLAPSE_PORT: port, PODLAPSE_DATA_DIR: join(home, 'other') });
    expect(samePort.code).toBe(1);
    expect(samePort.err).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(samePort.err).toContain('PODLAPSE_PORT');
    await local.stop();
  });

  it.each([
    [{ PODLAPSE_PORT: 'eighty' }, 'PODLAPSE_PORT is "eighty"; it must be a port from 1 to 65535, or 0'],
    [{ PODLAPSE_PORT: '65536' }, 'PODLAPSE_PORT is "65536"'],
    [{ PODLAPSE_AGENT: 'on' }, 'PODLAPSE_AGENT is "on"; it must be auto or off'],
    [{ PODLAPSE_DATA_DIR: ' ' }, 'PODLAPSE_DATA_DIR is empty'],
    [{ PODLAPSE_DATA_DIR: '/dev/null/x' }, 'PODLAPSE_DATA_DIR'],
  ])('refuses %o by its name', async (env, message) => {
    const { code, err } = await failure(env);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  /** A Docker that answers, but not as one: an agent asks it again and again. */
  const withDocker = async (run: (socket: string, asked: readonly string[]) => Promise<void>) => {
    const socket = join(home, 'docker.sock');
    const asked: string[] = [];
    const docker = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('OK');
    }).listen(socket);
    await once(docker, 'listening');
    try {
      await run(socket, asked);
    } finally {
      docker.closeAllConnections();
      docker.close();
    }
  };

  it('starts an agent for a Docker that answers, and ends it', () =>
    withDocker(async (socket, asked) => {
      const local = await start({ DOCKER_HOST: `unix://${socket}` });
      await until('the agent asks Docker', () => asked.some((path) => !path.endsWith('/_ping')), 15_000);
      expect(local.err()).toContain(`recording Docker at ${socket}`);
      expect(
        (await getJson(`${local.url}/v1/clusters`)).items.map(({ name }: { name: string }) => name),
      ).not.toContain('example');
      expect(await local.stop()).toBe(0);
    }));

  it(
    'that is killed takes its agent along, which leaves what it has for the next',
    () =>
      withDocker(async (socket, asked) => {
        const local = await start({ DOCKER_HOST: `unix://${socket}` });
        await until('the agent asks Docker', () => asked.some((path) => !path.endsWith('/_ping')), 15_000);
        const [agent] = childrenOf(local.process);
        if (agent === undefined) throw new Error('there is no agent');
        const ended = once(local.process, 'exit');
        local.process.kill('SIGKILL');
        await ended;
        await until('the agent ended', () => !isRunning(agent), 20_000);
        expect(await readdir(join(home, 'data', 'agent', 'local'))).toContain('owner.json');
      }),
    60_000,
  );
});

/** The processes that `parent` started (proc(5)). */
function childrenOf({ pid }: ChildProcess): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

/** Whether it takes a signal: a zombie, whose parent has gone, is buried at once by init. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}
