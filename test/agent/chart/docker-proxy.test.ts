import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../agent/clock.ts';
import type { Observation } from '../../../agent/observation.ts';
import { createDockerSource } from '../../../agent/sources/docker.ts';
import { attempt } from '../../lab/command.ts';
import { findHelm } from '../../lab/helm.ts';
import { type DockerEngine, missingForDocker, startDockerEngine } from '../../support/docker-engine.ts';
import { until } from '../../support/until.ts';
import { manifestsOf, render } from './rendered.ts';

const POD = { namespace: 'shop', name: 'web-0', uid: '36253f3c-4ed5-11ea-a10e-0242294e2d14' };

const found = await findHelm();
const missing = missingForDocker() ?? found.missing ?? (await missingForProxy());

/** As for the Engine: on CI, where it has been installed, a lack is a fault. */
async function missingForProxy(): Promise<string | undefined> {
  const { code } = await attempt('haproxy', ['-v'], { env: { ...process.env } });
  if (code === 0) return undefined;
  if (process.env['CI'] !== undefined) throw new Error('haproxy not found: apt-get install haproxy');
  return 'haproxy not found: apt-get install haproxy';
}

describe.skipIf(missing !== undefined)(
  `the filtering proxy of the chart${missing ? ` (${missing})` : ''}`,
  () => {
    let engine: DockerEngine;
    let folder: string;
    let socketPath: string;
    let end = () => Promise.resolve();

    beforeAll(async () => {
      [engine, folder] = await Promise.all([startDockerEngine(), mkdtemp(join(tmpdir(), 'podlapse-proxy-'))]);
      socketPath = join(folder, 'docker.sock');
      const helm = 'helm' in found ? found.helm : () => Promise.reject(new Error(found.missing));
      const [settings] = manifestsOf(await render(helm, { 'node.docker.mode': 'proxy' }), 'ConfigMap');
      const file = join(folder, 'haproxy.cfg');
      const text = ((settings?.['data'] as Record<string, string> | undefined)?.['haproxy.cfg'] ?? '')
        .replace('/run/podlapse/docker.sock', socketPath)
        .replace('/host/docker.sock', engine.socketPath);
      await writeFile(file, text);
      const proxy = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' });
      const ended = once(proxy, 'exit');
      end = async () => {
        proxy.kill('SIGTERM');
        await ended;
      };
      await until('the proxy listens', () => existsSync(socketPath));
    });

    afterAll(async () => {
      await end();
      await engine?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const ask = (method: string, path: string) =>
      new Promise<number>((resolve, reject) => {
        request({ socketPath, method, path }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });

    test('lets the agent see everything that it needs', async () => {
      const observations: Observation[] = [];
      const stop = new AbortController();
      const tell = () => undefined;
      const running = createDockerSource({ socketPath, clock: systemClock, random: Math.random, tell }).run(
        (observation) => {
          observations.push(observation);
          return Promise.resolve();
        },
        stop.signal,
      );
      const actions = () =>
        observations
          .filter(({ source }) => source === 'docker')
          .map(({ raw }) => (raw as { readonly Action: string }).Action);
      await until('it watches', () => observations.some(({ source }) => source === 'agent'));
      const id = await engine.runAsKubelet({ pod: POD, container: 'web', attempt: 0 });
      await until('the start is seen', () => actions().includes('start'));
      expect(await ask('GET', `/v1.40/containers/${id}/json`)).toBe(200);
      await engine.docker('rm', '--force', id);
      await until('the end is seen', () => actions().includes('destroy'));
      stop.abort();
      await running;

      expect(actions()).toEqual(expect.arrayContaining(['create', 'start', 'kill', 'die', 'destroy']));
    });

    test.each([
      ['POST', '/containers/abc/kill'],
      ['POST', '/v1.40/containers/create'],
      ['DELETE', '/containers/abc'],
      ['POST', '/containers/abc/json'],
      ['PUT', '/containers/abc/archive'],
      ['GET', '/containers/abc/archive?path=/'],
      ['GET', '/containers/abc/logs?stdout=1'],
      ['GET', '/containers/abc/export'],
      ['GET', '/containers/abc/../../info'],
      ['GET', '/containers/abc%2f..%2f..%2finfo/json'],
      ['GET', '/v1.40/../info'],
      ['GET', '/info'],
      ['GET', '/images/json'],
      ['GET', '/v1.40/secrets'],
      ['GET', '/events/'],
      ['POST', '/v1.40/exec/abc/start'],
    ])('refuses %s %s', async (method, path) => {
      expect(await ask(method, path)).toBe(403);
    });
  },
);
