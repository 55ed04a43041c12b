import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import type { Observation } from '../../../../agent/observation.ts';
import { createCriSource } from '../../../../agent/sources/cri/cri.ts';
import { unusedByKubelet } from '../../../../agent/sources/cri/used-by-kubelet.ts';
import type { Saying } from '../../../../agent/sources/cri/saying.ts';
import type { RuntimeState } from '../../../../agent/sources/runtime-state.ts';
import type { Statement } from '../../../../agent/statement.ts';
import { createTell } from '../../../../agent/telemetry/tell.ts';
import { createTrim } from '../../../../agent/trim/trim.ts';
import type { CriEvent } from '../../../../timeline/contract/cri-event.ts';
import { recordedEvent } from '../../../../timeline/contract/event.ts';
import { type Containerd, missingForContainerd, startContainerd } from '../../../support/containerd.ts';
import { until } from '../../../support/until.ts';

const POD = { namespace: 'shop', name: 'web-0', uid: '36253f3c-4ed5-11ea-a10e-0242294e2d14' };
const missing = missingForContainerd();

interface Options {
  readonly state?: RuntimeState;
  readonly timeoutMs?: number;
  readonly pingEveryMs?: number;
}

function watch(socketPath: string, options: Options = {}) {
  const observations: Observation[] = [];
  const lines: string[] = [];
  const stop = new AbortController();
  const line = (_: object, message: string) => lines.push(message);
  const source = createCriSource({
    socketPath,
    clock: systemClock,
    random: Math.random,
    tell: createTell({ info: line, warn: line, error: line }),
    ...options,
  });
  const observe = (observation: Observation) => {
    observations.push(observation);
    return Promise.resolve();
  };
  const running = source.run(observe, stop.signal);
  const sayings = () =>
    observations.filter(({ source: from }) => from === 'cri').map(({ raw }) => raw as Saying);
  return {
    lines,
    topicsOf: (id: string) =>
      sayings()
        .filter(({ container, topic }) => container.id === id && topic !== 'look')
        .map(({ topic }) => topic),
    looksAt: (id: string) =>
      sayings().filter(({ container, topic }) => container.id === id && topic === 'look'),
    /** What leaves the node. */
    events: () => {
      const trim = createTrim({ agent: { instance: 'a', role: 'node', node: 'node1' } });
      return observations.flatMap((observation) => trim(observation));
    },
    statements: () =>
      observations.filter(({ source: from }) => from === 'agent').map(({ raw }) => raw as Statement),
    async stop() {
      stop.abort();
      await running;
    },
  };
}

type Watching = ReturnType<typeof watch>;

const seen = (watching: Watching, id: string, topic: string) =>
  until(`${topic} of ${id} is seen`, () => watching.topicsOf(id).includes(topic));

const stated = (watching: Watching, type: Statement['type']) =>
  until(`${type} is stated`, () => watching.statements().find((statement) => statement.type === type));

const eventsOf = (watching: Watching, id: string) =>
  watching.events().filter((event): event is CriEvent => event.source === 'cri' && event.containerId === id);

describe.skipIf(missing !== undefined)(
  `the cri source, on a real containerd${missing ? ` (${missing})` : ''}`,
  () => {
    let containerd: Containerd;
    beforeAll(async () => {
      containerd = await startContainerd();
    });
    afterAll(async () => {
      await containerd.close();
    });

    test('observes what becomes of a container, from its creation to its removal', async () => {
      const watching = watch(containerd.socketPath);
      await stated(watching, 'recording-began');

      await containerd.runAsKubelet({ id: 'killed', pod: POD, container: 'web' });
      await containerd.ctr('tasks', 'kill', '--signal', 'SIGKILL', 'killed');
      await seen(watching, 'killed', '/tasks/exit');
      await containerd.remove('killed');
      await seen(watching, 'killed', '/containers/delete');
      await watching.stop();

      expect(watching.topicsOf('killed')).toEqual([
        '/containers/create',
        '/tasks/start',
        '/tasks/exit',
        '/tasks/delete',
        '/containers/delete',
      ]);
      const [create, start, die, again, destroy] = eventsOf(watching, 'killed');
      expect([create, start, die, destroy].map((event) => event?.action)).toEqual([
        'create',
        'start',
        'die',
        'destroy',
      ]);
      expect(die).toMatchObject({
        pod: { ...POD, node: 'node1' },
        role: 'container',
        container: 'web',
        runtime: 'containerd',
        exitCode: 137,
      });
      // The end of a task and its deletion tell of one end: they are one event.
      expect(again?.id).toBe(die?.id);
      for (const event of eventsOf(watching, 'killed'))
        expect(recordedEvent.safeParse(event).error).toBeUndefined();
    });

    test('tells a sandbox from the containers in it', async () => {
      const watching = watch(containerd.socketPath);
      await stated(watching, 'recording-began');
      await containerd.runAsKubelet({ id: 'sandbox', pod: POD });
      await seen(watching, 'sandbox', '/tasks/start');
      await watching.stop();

      expect(eventsOf(watching, 'sandbox')[0]).toMatchObject({ role: 'sandbox', container: 'POD', pod: POD });
    });

    test('gives the exit code of a process that ends by itself, and not that of one executed beside it', async () => {
      const watching = watch(containerd.socketPath);
      await stated(watching, 'recording-began');
      await containerd.runAsKubelet({
        id: 'exits',
        pod: POD,
        container: 'web',
        command: ['/bin/sh', '-c', 'sleep 1; exit 3'],
      });
      await containerd.ctr('tasks', 'exec', '--exec-id', 'probe', 'exits', '/bin/sh', '-c', 'exit 0');
      await seen(watching, 'exits', '/tasks/exit');
      await watching.stop();

      const ends = eventsOf(watching, 'exits').filter(({ action }) => action === 'die');
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([3]);
    });

    test('observes a container that runs out of memory', async () => {
      const watching = watch(containerd.socketPath);
      await stated(watching, 'recording-began');
      await containerd.runAsKubelet({
        id: 'hungry',
        pod: POD,
        container: 'web',
        command: ['/bin/sh', '-c', 'sleep 1; tail /dev/zero'],
        flags: ['--memory-limit', String(16 * 1024 * 1024)],
      });
      await seen(watching, 'hungry', '/tasks/oom');
      await seen(watching, 'hungry', '/tasks/exit');
      await watching.stop();

      expect(eventsOf(watching, 'hungry').map(({ action }) => action)).toContain('oom');
    });

    test('keeps a container that is no pod’s to itself', async () => {
      await containerd.runAsKubelet({ id: 'nobodys', pod: POD, container: 'web' });
      await containerd.ctr('containers', 'label', 'nobodys', 'io.kubernetes.pod.uid=');
      const watching = watch(containerd.socketPath);
      await until('there was a look', () => watching.looksAt('nobodys').length > 0);
      await watching.stop();

      expect(eventsOf(watching, 'nobodys')).toEqual([]);
    });

    test('looks at what is there when it begins', async () => {
      await containerd.runAsKubelet({ id: 'running', pod: POD, container: 'web' });
      await containerd.runAsKubelet({
        id: 'ended',
        pod: POD,
        container: 'job',
        command: ['/bin/sh', '-c', 'exit 5'],
      });
      await until('the job ended', async () =>
        /^ended .*STOPPED/m.test(await containerd.ctr('tasks', 'list')),
      );
      const watching = watch(containerd.socketPath);
      await until('there was a look', () =>
        ['running', 'ended'].every((id) => watching.looksAt(id).length > 0),
      );
      await watching.stop();

      expect(eventsOf(watching, 'running')[0]).toMatchObject({
        action: 'inspect',
        state: { status: 'running' },
      });
      expect(eventsOf(watching, 'ended')[0]).toMatchObject({
        action: 'inspect',
        state: { status: 'exited', exitCode: 5, finishedAt: expect.any(String) },
      });
    });

    test('states a gap while containerd is away, and looks at what happened meanwhile', async () => {
      await containerd.runAsKubelet({ id: 'survivor', pod: POD, container: 'web' });
      const watching = watch(containerd.socketPath);
      await until('there was a look', () => watching.looksAt('survivor').length > 0);

      await containerd.stop();
      const opened = await stated(watching, 'gap-opened');
      await containerd.start();
      const closed = await stated(watching, 'gap-closed');
      await until('there was another look', () => watching.looksAt('survivor').length > 1);
      await watching.stop();

      expect(opened).toMatchObject({ watched: 'cri', reason: 'cri-restarted' });
      expect(closed).toMatchObject({ from: opened.from, reason: 'cri-restarted' });
      expect(Date.parse(closed.to ?? '')).toBeGreaterThan(Date.parse(closed.from ?? ''));
      expect(watching.lines).toContainEqual(
        expect.stringMatching(/^the container runtime cannot be watched: /),
      );
      expect(watching.lines).toContain('the container runtime answers again; watching it goes on');
    });

    test('states a gap from the last answer on when containerd is stuck', async () => {
      const watching = watch(containerd.socketPath, { timeoutMs: 300, pingEveryMs: 50 });
      await stated(watching, 'recording-began');
      process.kill(containerd.pid, 'SIGSTOP');
      try {
        expect(await stated(watching, 'gap-opened')).toMatchObject({ reason: 'cri-unreachable' });
      } finally {
        process.kill(containerd.pid, 'SIGCONT');
      }
      await stated(watching, 'gap-closed');
      await watching.stop();
    });

    test('states what an agent that was killed has not watched', async () => {
      const goodAtMs = Date.now() - 60_000;
      const state: RuntimeState = {
        load: () => Promise.resolve({ goodAtMs, seen: [] }),
        save: () => Promise.resolve(),
      };
      const watching = watch(containerd.socketPath, { state });
      const began = await stated(watching, 'recording-began');
      await watching.stop();

      expect(began).toMatchObject({ from: new Date(goodAtMs).toISOString(), reason: 'agent-restarted' });
      expect(Date.parse(began.to ?? '')).toBeGreaterThan(goodAtMs);
    });

    test('is chosen where a kubelet has containers, and not where only others do', async () => {
      expect(await unusedByKubelet(containerd.socketPath, 5_000)).toBeUndefined();
      const empty = await startContainerd();
      try {
        expect(await unusedByKubelet(empty.socketPath, 5_000)).toBe('no kubelet has containers there');
      } finally {
        await empty.close();
      }
    });
  },
);

describe('the cri source where there is no runtime', () => {
  test('keeps trying, and says what to do', async () => {
    const watching = watch('/nonexistent/containerd.sock');
    await until('it was said', () => watching.lines.length > 0);
    await watching.stop();

    expect(watching.statements()).toEqual([]);
    expect(watching.lines[0]).toBe(
      'the container runtime cannot be watched: there is no socket at /nonexistent/containerd.sock; check that the runtime runs, or name its socket with --cri; the agent keeps trying',
    );
  });
});
