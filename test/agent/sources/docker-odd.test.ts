// What a real Engine seldom or never does, by a server in its place.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Observation } from '../../../agent/observation.ts';
import { createDockerSource } from '../../../agent/sources/docker.ts';
import type { Statement } from '../../../agent/statement.ts';
import { createTell } from '../../../agent/telemetry/tell.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

const message = (number: number) =>
  `{"Type":"container","Action":"die","Actor":{"ID":"c${number}","Attributes":{}},"timeNano":${number}}\n`;

interface Given {
  readonly apiVersion?: string;
  readonly ping?: RequestListener;
  readonly containers?: unknown;
  readonly inspect?: RequestListener;
}

async function anOddEngine(given: Given = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-odd-'));
  const socketPath = join(folder, 'docker.sock');
  const streams: ServerResponse[] = [];
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    paths.push(path);
    const json = (value: unknown) => response.end(JSON.stringify(value));
    if (path === '/_ping') {
      if (given.apiVersion !== undefined) response.setHeader('api-version', given.apiVersion);
      if (given.ping === undefined) response.end('OK');
      else given.ping(request, response);
    } else if (/\/events\?/.test(path) && !path.includes('until=')) {
      response.flushHeaders();
      streams.push(response);
    } else if (/\/events\?/.test(path)) response.end();
    else if (path.includes('/containers/json')) json(given.containers ?? []);
    else if (given.inspect === undefined) json({ Id: path });
    else given.inspect(request, response);
  });
  server.listen(socketPath);
  await once(server, 'listening');

  const clock = new ManualClock();
  const observations: Observation[] = [];
  const lines: string[] = [];
  const line = (_: object, text: string) => lines.push(text);
  let hold = Promise.resolve();
  const source = createDockerSource({
    socketPath,
    clock,
    random: () => 0.5,
    tell: createTell({ info: line, warn: line, error: line }),
    timeoutMs: 200,
  });
  const stop = new AbortController();
  const running = source.run(async (observation) => {
    observations.push(observation);
    await hold;
  }, stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  onTestFinished(async () => {
    await end();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  const statements = () =>
    observations.filter((one) => one.source === 'agent').map(({ raw }) => raw as Statement);
  const ids = () =>
    observations
      .filter((one) => one.source === 'docker')
      .map(({ raw }) => (raw as { Actor?: { ID: string } }).Actor?.ID);
  const stream = (index = 0) => until('the stream is open', () => streams[index]);
  return {
    clock,
    paths,
    lines,
    statements,
    ids,
    stream,
    end,
    hold: (promise: Promise<void>) => {
      hold = promise;
    },
  };
}

describe('an Engine that', () => {
  test.each([
    ['1.41', '/v1.41/'],
    ['1.99', '/v1.47/'],
    ['2.0', '/v1.47/'],
    [undefined, '/v1.24/'],
    ['newest', '/v1.24/'],
  ])('offers version %s is asked by %s', async (apiVersion, prefix) => {
    const { paths, stream } = await anOddEngine(apiVersion === undefined ? {} : { apiVersion });
    await stream();

    expect(paths.find((path) => path.includes('/events'))).toMatch(new RegExp(`^${prefix}events`));
  });

  test('sends a line that cannot be read costs that line only, and it is stated', async () => {
    const { stream, statements, ids } = await anOddEngine();
    const response = await stream();
    response.write(`${message(1)}{"Action":\n`);
    response.write(`{"Action":"${'x'.repeat(2 * 1024 * 1024)}"}\n${message(2)}`);
    await until('both messages are seen', () => ids().length === 2);

    expect(ids()).toEqual(['c1', 'c2']);
    expect(statements().slice(1)).toEqual([
      expect.objectContaining({ type: 'events-dropped', reason: 'message-malformed', dropped: 1 }),
      expect.objectContaining({ type: 'events-dropped', reason: 'message-too-long', dropped: 1 }),
    ]);
  });

  test('is cut in the middle of a message sends it again whole, and nothing twice', async () => {
    const { clock, stream, statements, ids } = await anOddEngine();
    const response = await stream();
    response.write(message(1) + message(2).slice(0, 20));
    await until('the first is seen', () => ids().length === 1);
    response.end();
    await until('it waits', () => clock.sleeping.includes(125));
    clock.advance(125);
    (await stream(1)).write(message(1) + message(2));
    await until('the second is seen', () => ids().length === 2);

    expect(ids()).toEqual(['c1', 'c2']);
    expect(statements().map(({ type }) => type)).toEqual(['recording-began', 'gap-opened', 'gap-closed']);
  });

  test('is stuck, and keeps its connections, is noticed, and the gap begins when it was last there', async () => {
    let isStuck = false;
    const { clock, stream, statements, lines } = await anOddEngine({
      ping: (_, response) => {
        if (!isStuck) response.end('OK');
      },
    });
    await stream();
    await until('it will be asked', () => clock.sleeping.includes(30_000));
    isStuck = true;
    clock.advance(30_000);
    const gap = await until('a gap is opened', () => statements().find(({ type }) => type === 'gap-opened'));

    expect(gap).toMatchObject({ from: '2026-01-31T08:00:00.000Z', reason: 'docker-unreachable' });
    expect(lines).toEqual([expect.stringMatching(/does not answer; check that dockerd is not stuck/)]);
  });

  test('refuses is told of with what a proxy must allow', async () => {
    const { lines, statements } = await anOddEngine({
      ping: (_, response) => response.writeHead(403).end('<html>Forbidden'),
    });
    await until('it is told', () => lines.length === 1);

    expect(lines).toEqual([expect.stringMatching(/refuses; a filtering proxy must allow GET \/_ping/)]);
    expect(statements()).toEqual([]);
  });

  test('lists a container that is gone when it is looked at goes on with the others', async () => {
    const { ids, paths } = await anOddEngine({
      containers: [{ Id: 'aa' }, { Id: '../../images' }, { Id: 'bb' }, 7],
      inspect: (request, response) => {
        if (request.url?.includes('/aa/')) response.writeHead(404).end('{}');
        else response.end('{"Id":"bb"}');
      },
    });

    await until('the other is looked at', () => ids().length === 1);
    expect(paths.filter((path) => /containers\/[^j]/.test(path))).toEqual([
      expect.stringContaining('/containers/aa/json'),
      expect.stringContaining('/containers/bb/json'),
    ]);
  });
});

test('no more messages are taken than may be ahead of the spool', async () => {
  const { stream, ids, hold } = await anOddEngine();
  const response = await stream();
  const safe = Promise.withResolvers<void>();
  hold(safe.promise);
  response.write(Array.from({ length: 300 }, (_, index) => message(index + 1)).join(''));
  await until('as many as may be are seen', () => ids().length === 256);
  await new Promise(setImmediate);
  expect(ids()).toHaveLength(256);
  safe.resolve();
  await until('the others are seen', () => ids().length === 300);
});
