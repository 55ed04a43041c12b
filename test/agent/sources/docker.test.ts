import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../agent/clock.ts';
import type { Observation } from '../../../agent/observation.ts';
import { createDockerSource } from '../../../agent/sources/docker.ts';
import type { Statement } from '../../../agent/statement.ts';
import { createTell } from '../../../agent/telemetry/tell.ts';
import { startCuttingProxy } from '../../support/cutting-proxy.ts';
import { type DockerEngine, missingForDocker, startDockerEngine } from '../../support/docker-engine.ts';
import { until } from '../../support/until.ts';

const POD = { namespace: 'shop', name: 'web-0', uid: '36253f3c-4ed5-11ea-a10e-0242294e2d14' };
const missing = missingForDocker();

interface Message {
  readonly Action: string;
  readonly timeNano: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

interface Inspection {
  readonly Action: 'inspect';
  readonly timeNano: string;
  readonly inspect: { readonly Id: string; readonly State: { readonly Status: string } };
}

function watch(socketPath: string) {
  const observations: Observation[] = [];
  const lines: string[] = [];
  const stop = new AbortController();
  const line = (_: object, message: string) => lines.push(message);
  const source = createDockerSource({
    socketPath,
    clock: systemClock,
    random: Math.random,
    tell: createTell({ info: line, warn: line, error: line }),
  });
  const observe = (observation: Observation) => {
    observations.push(observation);
    return Promise.resolve();
  };
  const running = source.run(observe, stop.signal);
  return {
    lines,
    messages: () =>
      observations
        .filter(({ source: from }) => from === 'docker')
        .map(({ raw }) => raw as Message)
        .filter(({ Action }) => Action !== 'inspect'),
    inspections: () =>
      observations.map(({ raw }) => raw as Inspection).filter(({ Action }) => Action === 'inspect'),
    statements: () =>
      observations.filter(({ source: from }) => from === 'agent').map(({ raw }) => raw as Statement),
    async stop() {
      stop.abort();
      await running;
    },
  };
}

type Watching = ReturnType<typeof watch>;

const actionsOf = (watching: Watching, id: string) =>
  watching
    .messages()
    .filter(({ Actor }) => Actor.ID === id)
    .map(({ Action }) => Action);

const seen = (watching: Watching, id: string, action: string) =>
  until(`${action} of ${id} is seen`, () => actionsOf(watching, id).includes(action));

const stated = (watching: Watching, type: Statement['type']) =>
  until(`${type} is stated`, () => watching.statements().find((statement) => statement.type === type));

describe.skipIf(missing !== undefined)(
  `the docker source, on a real Engine${missing ? ` (${missing})` : ''}`,
  () => {
    let engine: DockerEngine;
    beforeAll(async () => {
      engine = await startDockerEngine();
    });
    afterAll(async () => {
      await engine.close();
    });

    test('observes what becomes of a container, from its creation to its removal', async () => {
      const watching = watch(engine.socketPath);
      await stated(watching, 'recording-began');

      const stopped = await engine.runAsKubelet({
        pod: POD,
        container: 'web',
        attempt: 0,
        sandboxId: 'a'.repeat(64),
      });
      await engine.docker('stop', '--time=5', stopped);
      await engine.docker('rm', stopped);
      await seen(watching, stopped, 'destroy');
      const removed = await engine.runAsKubelet({
        pod: POD,
        container: 'web',
        attempt: 1,
        sandboxId: 'a'.repeat(64),
      });
      await engine.docker('rm', '--force', removed);
      await seen(watching, removed, 'destroy');
      await watching.stop();

      expect(actionsOf(watching, stopped)).toEqual(['create', 'start', 'kill', 'die', 'stop', 'destroy']);
      expect(actionsOf(watching, removed)).toEqual(['create', 'start', 'kill', 'die', 'destroy']);
      const kill = watching.messages().find(({ Action }) => Action === 'kill');
      expect(kill?.Actor.Attributes).toMatchObject({
        signal: '15',
        'io.kubernetes.pod.name': 'web-0',
        'io.kubernetes.sandbox.id': 'a'.repeat(64),
      });
      expect(kill?.timeNano).toMatch(/^\d{19}$/);
    });

    test('observes a container that runs out of memory', async () => {
      const watching = watch(engine.socketPath);
      await stated(watching, 'recording-began');
      const id = await engine.runAsKubelet({
        pod: POD,
        container: 'hungry',
        attempt: 0,
        flags: ['--memory=16m'],
        command: ['sh', '-c', 'x=a; while :; do x=$x$x$x; done'],
      });
      await seen(watching, id, 'die');
      await watching.stop();
      await engine.docker('rm', id);

      expect(actionsOf(watching, id)).toEqual(['create', 'start', 'oom', 'die']);
    });

    test('looks at every container that was there before it', async () => {
      const ended = await engine.docker(
        'run',
        '--detach',
        '--network=host',
        '--name=ended',
        'podlapse-test:1',
        'true',
      );
      await engine.docker('wait', ended);
      const running = await engine.runAsKubelet({ pod: POD, container: 'POD', attempt: 0 });

      const watching = watch(engine.socketPath);
      await until('both are looked at', () => watching.inspections().length === 2);
      await watching.stop();
      await engine.docker('rm', '--force', ended, running);

      const found = watching.inspections().map(({ inspect }) => [inspect.Id, inspect.State.Status]);
      expect(Object.fromEntries(found)).toEqual({ [ended]: 'exited', [running]: 'running' });
    });

    test('loses nothing when only the connection breaks, and says so', async () => {
      const proxy = await startCuttingProxy(engine.socketPath);
      const watching = watch(proxy.socketPath);
      await stated(watching, 'recording-began');
      const id = await engine.runAsKubelet({ pod: POD, container: 'web', attempt: 2 });
      await seen(watching, id, 'start');

      await proxy.close();
      const opened = await stated(watching, 'gap-opened');
      await engine.docker('rm', '--force', id);
      await proxy.open();
      const closed = await stated(watching, 'gap-closed');
      await seen(watching, id, 'destroy');
      await watching.stop();
      await proxy.close();

      expect(opened).toMatchObject({ watched: 'docker', reason: 'docker-unreachable' });
      expect(closed).toMatchObject({ from: opened.from, to: opened.from, reason: 'resumed' });
      expect(actionsOf(watching, id)).toEqual(['create', 'start', 'kill', 'die', 'destroy']);
      expect(watching.lines).toEqual([
        expect.stringMatching(/^Docker cannot be watched: .*the agent keeps trying$/),
        'Docker answers again; watching it goes on',
      ]);
    });

    test('closes the gap of a restarted daemon as a loss, and looks at what is left', async () => {
      const watching = watch(engine.socketPath);
      await stated(watching, 'recording-began');
      const id = await engine.runAsKubelet({ pod: POD, container: 'web', attempt: 3 });
      await seen(watching, id, 'start');

      await engine.restart();
      const closed = await stated(watching, 'gap-closed');
      const inspection = await until('the container is looked at', () =>
        watching.inspections().find(({ inspect }) => inspect.Id === id),
      );
      await watching.stop();
      await engine.docker('rm', '--force', id);

      expect(closed.reason).toBe('docker-restarted');
      expect(Date.parse(closed.to ?? '')).toBeGreaterThan(Date.parse(closed.from ?? ''));
      expect(inspection.inspect.State.Status).toBe('exited');
      expect(watching.lines).toHaveLength(2);
    });

    test('waits for an Engine that is not there yet, and begins when it comes', async () => {
      await engine.stop();
      const watching = watch(engine.socketPath);
      await until('it has told of it', () => watching.lines.length > 0);
      await engine.start();
      await stated(watching, 'recording-began');
      await watching.stop();

      expect(watching.lines).toEqual([
        expect.stringMatching(/nothing listens at|there is no socket at/),
        'Docker answers again; watching it goes on',
      ]);
      expect(watching.statements().map(({ type }) => type)).toEqual(['recording-began', 'gap-opened']);
    });

    test('opens a gap when the agent stops', async () => {
      const watching = watch(engine.socketPath);
      await stated(watching, 'recording-began');
      await watching.stop();

      expect(watching.statements()).toEqual([
        { type: 'recording-began', watched: 'docker', to: expect.any(String) },
        { type: 'gap-opened', watched: 'docker', from: expect.any(String), reason: 'agent-stopped' },
      ]);
    });
  },
);
