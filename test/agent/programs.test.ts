import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { recordedEvent, type RecordedEvent } from '../../timeline/contract/event.ts';
import { startAgentProgram } from '../support/agent-program.ts';
import { anEvent, aPod, aContainerStatus } from '../support/builders.ts';
import { type DockerEngine, missingForDocker, startDockerEngine } from '../support/docker-engine.ts';
import { FakeKubernetes } from '../support/fake-kubernetes/fake-kubernetes.ts';
import { answer, IngestServer } from '../support/ingest-server.ts';
import { until } from '../support/until.ts';

const AT = '2026-01-31T08:00:00Z';
const POD = { namespace: 'shop', name: 'web-0', uid: '36253f3c-4ed5-11ea-a10e-0242294e2d14' };
const missing = missingForDocker();

async function anIngestServer(): Promise<IngestServer> {
  const server = await IngestServer.start();
  onTestFinished(() => server.close());
  return server;
}

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-programs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const found = (server: IngestServer, source: string, more: (event: RecordedEvent) => boolean = () => true) =>
  server.events.filter((event) => event.source === source && more(event));

function unseen(event: RecordedEvent): Omit<RecordedEvent, 'observedAt'> {
  const { observedAt: _, ...rest } = event;
  return rest;
}

/** What is the same for everyone who watched: not when it was seen, nor who looked, nor looks and statements. */
const common = (events: readonly RecordedEvent[]) =>
  events
    .filter((event) => event.source !== 'agent' && !(event.source === 'docker' && event.action === 'inspect'))
    .map(unseen)
    .sort((a, b) => a.id.localeCompare(b.id));

describe.skipIf(missing !== undefined)(`agent, recorder and player${missing ? ` (${missing})` : ''}`, () => {
  let engine: DockerEngine;
  beforeAll(async () => {
    engine = await startDockerEngine();
  });
  afterAll(async () => {
    await engine.close();
  });

  test('a replay of a recording gives what the agent lived through, and doing it twice adds nothing', async () => {
    const kubernetes = await FakeKubernetes.start();
    onTestFinished(() => kubernetes.close());
    const live = await anIngestServer();
    const folder = await aFolder();
    const out = join(folder, 'r.ndjson');
    const watched = [
      '--kubeconfig',
      kubernetes.files.kubeconfig,
      '--docker',
      engine.socketPath,
      '--node-name',
      'node1',
    ];
    kubernetes.put(aPod());

    const agent = startAgentProgram('agent/main.ts', [
      '--cluster',
      'lab',
      '--api',
      live.url.href,
      ...watched,
    ]);
    const recorder = startAgentProgram('agent/record.ts', ['--out', out, ...watched]);
    await until('the agent watches all three', () => found(live, 'agent').length === 3);
    await recorder.says(/"recording"/);
    await until('both watch pods and events', () => kubernetes.watches.length === 4);
    // Both look at the Engine's containers; from there on both see what happens.
    const first = await engine.runAsKubelet({ pod: POD, container: 'web', attempt: 0 });
    await until('the agent follows Docker', () => found(live, 'docker').length > 0);
    await engine.docker('rm', '--force', first);
    kubernetes.put(aPod({ containerStatuses: [aContainerStatus({ restartCount: 1 })] }));
    kubernetes.put(anEvent({ reason: 'Killing', message: 'Stopping container app' }));
    kubernetes.delete('pods', 'shop', 'web-7d9c5b6f4d-x2x4z');
    await until(
      'the agent has sent it all',
      () =>
        found(live, 'pod', (event) => event.source === 'pod' && event.type === 'DELETED').length === 1 &&
        found(live, 'docker', (event) => event.source === 'docker' && event.action === 'destroy').length ===
          1 &&
        found(live, 'event').length === 1,
    );
    await until('the recorder has written it all', async () => {
      const recording = await readFile(out, 'utf8');
      return ['"destroy"', '"DELETED"', '"Killing"'].every((word) => recording.includes(word));
    });
    agent.signal('SIGTERM');
    recorder.signal('SIGTERM');
    expect([await agent.ended(), await recorder.ended()]).toEqual([0, 0]);

    for (const event of live.events) expect(recordedEvent.safeParse(event).error?.issues).toBeUndefined();
    expect(
      found(live, 'agent')
        .map((event) => event.source === 'agent' && [event.type, event.watched].join(' '))
        .sort((a, b) => String(a).localeCompare(String(b))),
    ).toEqual([
      'gap-opened docker',
      'gap-opened event',
      'gap-opened pod',
      'recording-began docker',
      'recording-began event',
      'recording-began pod',
    ]);
    expect(JSON.stringify(live.events)).not.toContain('secret-');

    const replayed = await anIngestServer();
    const replay = ['--recording', out, '--cluster', 'lab', '--speed', 'max', '--node-name', 'node1'];
    const player = startAgentProgram('agent/replay.ts', [...replay, '--api', replayed.url.href]);
    expect([await player.ended(), player.err]).toEqual([
      0,
      expect.stringMatching(/^replayed .*: \d+ events\n$/),
    ]);
    expect(common(replayed.events)).toEqual(common(live.events));
    expect(found(replayed, 'agent')).toHaveLength(6);

    const again = await anIngestServer();
    await startAgentProgram('agent/replay.ts', [...replay, '--api', again.url.href]).ended();
    expect(again.events).toEqual(replayed.events);
  });

  test('an agent that is stopped while the API is away says what it could not deliver, and ends in time', async () => {
    const server = await anIngestServer();
    await server.close();
    const agent = startAgentProgram('agent/main.ts', [
      '--cluster',
      'lab',
      '--api',
      server.url.href,
      '--docker',
      engine.socketPath,
      '--kubernetes',
      'off',
    ]);
    await agent.says(/the podlapse API at .* cannot be used .*ECONNREFUSED/);
    agent.signal('SIGTERM');

    expect(await agent.ended()).toBe(0);
    expect(agent.messages).toEqual([
      expect.stringMatching(/^what waits to be sent is kept in memory/),
      'the agent is watching',
      expect.stringMatching(/cannot be used/),
      'the agent stops with events that could not be delivered in time',
    ]);
    await server.open();
  });

  test('a second signal ends the agent at once', async () => {
    const server = await anIngestServer();
    await server.close();
    const agent = startAgentProgram('agent/main.ts', [
      '--cluster',
      'lab',
      '--api',
      server.url.href,
      '--docker',
      engine.socketPath,
      '--kubernetes',
      'off',
    ]);
    await agent.says(/cannot be used/);
    agent.signal('SIGTERM');
    agent.signal('SIGINT');

    expect(await agent.ended()).toBe(130);
    await server.open();
  });
});

describe('a program', () => {
  test.each([
    ['agent/main.ts' as const, /^podlapse: --cluster \(or PODLAPSE_CLUSTER\) is missing/],
    ['agent/record.ts' as const, /^podlapse: --out \(or PODLAPSE_OUT\) is missing/],
    ['agent/replay.ts' as const, /^podlapse: --recording \(or PODLAPSE_RECORDING\) is missing/],
  ])('%s without what it needs says so and ends with 2', async (script, error) => {
    const program = startAgentProgram(script, []);

    expect([await program.ended(), program.err, program.out]).toEqual([2, expect.stringMatching(error), '']);
  });

  test.each(['agent/main.ts', 'agent/record.ts', 'agent/replay.ts'] as const)(
    '%s --help goes to stdout',
    async (script) => {
      const program = startAgentProgram(script, ['--help']);

      expect([await program.ended(), program.err]).toEqual([0, '']);
      expect(program.out).toMatch(/^Usage: npm run /);
    },
  );

  test('that finds nothing to watch says so and ends with 1', async () => {
    const program = startAgentProgram('agent/main.ts', [
      '--cluster',
      'lab',
      '--kubernetes',
      'off',
      '--docker',
      'off',
    ]);

    expect(await program.ended()).toBe(1);
    expect(program.messages.slice(-1)).toEqual([expect.stringMatching(/^there is nothing to watch/)]);
  });

  test('that is given a kubeconfig which is not there says so and ends with 1', async () => {
    const program = startAgentProgram('agent/main.ts', [
      '--cluster',
      'lab',
      '--kubeconfig',
      '/nonexistent/config',
    ]);

    expect(await program.ended()).toBe(1);
    expect(program.messages.slice(-1)).toEqual([expect.stringContaining('/nonexistent/config')]);
  });
});

describe('the player', () => {
  const pods = ['1', '2', '3'].map((resourceVersion, second) => {
    const pod = aPod({ containerStatuses: [aContainerStatus({ restartCount: second })] });
    const object = { ...pod, metadata: { ...pod.metadata, resourceVersion } };
    return JSON.stringify({
      at: AT.replace('00Z', `0${second}Z`),
      source: 'pod',
      raw: { type: 'MODIFIED', object },
    });
  });

  async function aRecording(lines: readonly string[] = pods): Promise<string> {
    const path = join(await aFolder(), 'r.ndjson');
    await writeFile(path, `${lines.join('\n')}\n`);
    return path;
  }

  test('states what was watched if the recording does not, and gives each delta only its changes', async () => {
    const server = await anIngestServer();
    const player = startAgentProgram('agent/replay.ts', ['--speed', 'max'], {
      PODLAPSE_RECORDING: await aRecording(),
      PODLAPSE_CLUSTER: 'lab',
      PODLAPSE_API: server.url.href,
    });

    expect(await player.ended()).toBe(0);
    expect(server.events.map(({ source, ...event }) => [source, 'spec' in event])).toEqual([
      ['agent', false],
      ['pod', true],
      ['pod', false],
      ['pod', false],
    ]);
    expect(server.events[0]).toMatchObject({
      type: 'recording-began',
      watched: 'pod',
      to: AT,
      observedAt: AT,
    });
  });

  test('names the line that is broken before it sends anything', async () => {
    const server = await anIngestServer();
    const recording = await aRecording([...pods, '{"at":']);
    const player = startAgentProgram('agent/replay.ts', [
      '--recording',
      recording,
      '--cluster',
      'lab',
      '--api',
      server.url.href,
    ]);

    expect(await player.ended()).toBe(1);
    expect(player.err).toMatch(/^error: .*r\.ndjson, line 4: is no JSON/);
    expect(server.requests).toEqual([]);
  });

  test('gives up, and says why, when it is refused', async () => {
    const server = await anIngestServer();
    server.otherwise(answer(401, {}, 'no such token'));
    const player = startAgentProgram('agent/replay.ts', [
      '--recording',
      await aRecording(),
      '--cluster',
      'lab',
      '--api',
      server.url.href,
      '--speed',
      'max',
    ]);

    expect(await player.ended()).toBe(1);
    expect(player.err).toMatch(/error: the replay gave up: .*HTTP 401: no such token/);
  });

  test('says when the API rejected a part of it', async () => {
    const server = await anIngestServer();
    server.otherwise(({ events }, response) =>
      response.end(
        JSON.stringify({
          accepted: events.length - 1,
          duplicates: 0,
          rejected: [{ index: 0, id: events[0]?.id, reason: 'odd' }],
        }),
      ),
    );
    const player = startAgentProgram('agent/replay.ts', [
      '--recording',
      await aRecording(),
      '--cluster',
      'lab',
      '--api',
      server.url.href,
      '--speed',
      'max',
    ]);

    expect(await player.ended()).toBe(1);
    expect(player.err).toMatch(/rejected an event for good/);
    expect(player.err).toMatch(/error: the podlapse API rejected 1 events of the recording/);
  });
});

test('the recorder says that its file cannot be made', async () => {
  const taken = join(await aFolder(), 'taken');
  await writeFile(taken, 'precious');
  const kubernetes = await FakeKubernetes.start();
  onTestFinished(() => kubernetes.close());
  const recorder = startAgentProgram('agent/record.ts', [
    '--out',
    taken,
    '--kubeconfig',
    kubernetes.files.kubeconfig,
    '--docker',
    'off',
  ]);

  expect(await recorder.ended()).toBe(1);
  expect(recorder.messages).toEqual([expect.stringMatching(/there is a file of that name/)]);
  expect(await readFile(taken, 'utf8')).toBe('precious');
});
