import { describe, expect, test } from 'vitest';
import { trimDocker } from '../../../agent/trim/docker.ts';
import { timeOfNanos } from '../../../agent/trim/time-of-nanos.ts';
import { createNotes } from '../../../agent/trim/drops.ts';

const ID = '3fdbe0446a74'.padEnd(64, '0');
const POD_LABELS = {
  'io.kubernetes.pod.name': 'web-0',
  'io.kubernetes.pod.namespace': 'shop',
  'io.kubernetes.pod.uid': '36253f3c-4ed5',
};
const NANO = '1795500951346929994';

function message(action: string, attributes: Readonly<Record<string, unknown>>) {
  return { Type: 'container', Action: action, Actor: { ID, Attributes: attributes }, timeNano: NANO };
}

function trimmed(raw: Readonly<Record<string, unknown>>, node?: string) {
  const odd: string[] = [];
  const event = trimDocker(
    raw,
    node,
    createNotes((field) => odd.push(field)),
  );
  return { event, odd };
}

describe('a Docker event', () => {
  test('of a container of the kubelet is joined to its pod by its labels', () => {
    const { event, odd } = trimmed(
      message('die', {
        ...POD_LABELS,
        'io.kubernetes.container.name': 'web',
        'io.kubernetes.docker.type': 'container',
        'io.kubernetes.sandbox.id': 'b'.repeat(64),
        'annotation.io.kubernetes.container.restartCount': '2',
        exitCode: '137',
        execDuration: '12',
        image: 'sha256:c7815cec',
        name: 'k8s_web_web-0_shop_36253f3c-4ed5_2',
      }),
      'node1',
    );

    expect(event).toEqual({
      action: 'die',
      occurredAt: '2026-11-24T06:15:51.346929994Z',
      timeNano: NANO,
      pod: { namespace: 'shop', name: 'web-0', uid: '36253f3c-4ed5', node: 'node1' },
      role: 'container',
      container: 'web',
      containerId: ID,
      sandboxId: 'b'.repeat(64),
      attempt: 2,
      image: 'sha256:c7815cec',
      exitCode: 137,
      executionMs: 12_000,
    });
    expect(odd).toEqual([]);
  });

  test('of a sandbox says so, with the attempt from its name', () => {
    const { event } = trimmed(
      message('kill', {
        ...POD_LABELS,
        'io.kubernetes.container.name': 'POD',
        'io.kubernetes.docker.type': 'podsandbox',
        signal: '9',
        name: 'k8s_POD_web-0_shop_36253f3c-4ed5_1',
      }),
    );

    expect(event).toMatchObject({ role: 'sandbox', container: 'POD', attempt: 1, signal: 9 });
    expect(event).not.toHaveProperty('pod.node');
  });

  test.each([
    ['k8s_web_web-0_shop_36253f3c-4ed5_3', 'container', 'web', 3],
    ['k8s_POD_web-0_shop_36253f3c-4ed5_0', 'sandbox', 'POD', 0],
    ['k8s_web_web-0_shop_36253f3c-4ed5_3_1a2b3c4d', 'container', 'web', 3],
  ])('without labels is joined by its name %s', (name, role, container, attempt) => {
    const { event } = trimmed(message('start', { name }));

    expect(event).toMatchObject({
      pod: { namespace: 'shop', name: 'web-0', uid: '36253f3c-4ed5' },
      role,
      container,
      attempt,
    });
  });

  test.each(['redis', 'k8s_but_not_of_the_kubelet', 'my_db_1'])(
    'of the plain container %s makes it a pod of one',
    (name) => {
      const { event } = trimmed(message('start', { name, image: 'redis' }));

      expect(event).toMatchObject({
        pod: { namespace: 'docker', name, uid: ID },
        role: 'container',
        container: name,
      });
      expect(event).not.toHaveProperty('attempt');
    },
  );

  test.each([
    ['15', 15],
    ['SIGKILL', 9],
    ['TERM', 15],
    [9, 9],
  ])('kill: the signal %s is %i', (signal, number) => {
    expect(trimmed(message('kill', { name: 'redis', signal })).event).toMatchObject({ signal: number });
  });

  test.each(['SIGNOTHING', '-1', '999', '', {}])('kill: the signal %j is left out and noted', (signal) => {
    const { event, odd } = trimmed(message('kill', { name: 'redis', signal }));

    expect(event).not.toHaveProperty('signal');
    expect(new Set(odd)).toEqual(new Set(['Actor.Attributes.signal']));
  });

  test('health_status carries its detail', () => {
    const { event } = trimmed(message('health_status: unhealthy', { name: 'redis' }));

    expect(event).toMatchObject({ action: 'health_status', health: 'unhealthy' });
  });

  test.each(['exec_create: sh -c "echo hunter2"', 'exec_die', 'attach', 'top', 'rename', 'constructor'])(
    '%s is not recorded',
    (action) => {
      expect(trimmed(message(action, { name: 'redis' })).event).toBeUndefined();
    },
  );

  test.each([
    ['without an ID', { Action: 'die', Actor: {}, timeNano: NANO }],
    [
      'whose time is a number, which has lost digits',
      { Action: 'die', Actor: { ID }, timeNano: Number(NANO) },
    ],
    ['without an action', { Actor: { ID }, timeNano: NANO }],
  ])('%s is a problem', (_, raw) => {
    expect(trimmed(raw).event).toEqual({ problem: expect.any(String) });
  });
});

describe('what inspect found', () => {
  const inspect = (
    state: Readonly<Record<string, unknown>>,
    more: Readonly<Record<string, unknown>> = {},
  ) => ({
    Action: 'inspect',
    timeNano: NANO,
    inspect: {
      Id: ID,
      Name: '/redis',
      Created: '2026-11-24T06:15:51.103016695Z',
      RestartCount: 3,
      Args: ['--requirepass', 'hunter2'],
      State: state,
      Config: { Image: 'redis:8', Env: ['PASSWORD=hunter2'], Labels: {}, Cmd: ['hunter2'] },
      ...more,
    },
  });

  test('of an ended container is its state, with its end', () => {
    const { event } = trimmed(
      inspect({
        Status: 'exited',
        StartedAt: '2026-11-24T06:15:51.24872791Z',
        FinishedAt: '2026-11-24T06:15:52.316395757Z',
        ExitCode: 137,
        OOMKilled: true,
      }),
    );

    expect(event).toEqual({
      action: 'inspect',
      occurredAt: '2026-11-24T06:15:51.346929994Z',
      timeNano: NANO,
      pod: { namespace: 'docker', name: 'redis', uid: ID },
      role: 'container',
      container: 'redis',
      containerId: ID,
      image: 'redis:8',
      state: {
        status: 'exited',
        createdAt: '2026-11-24T06:15:51.103016695Z',
        startedAt: '2026-11-24T06:15:51.24872791Z',
        finishedAt: '2026-11-24T06:15:52.316395757Z',
        exitCode: 137,
        oomKilled: true,
        restartCount: 3,
      },
    });
  });

  test('of a running container has no end: zero times and the exit code 0 mean nothing', () => {
    const { event } = trimmed(
      inspect({
        Status: 'running',
        StartedAt: '2026-11-24T06:15:51.24872791Z',
        FinishedAt: '0001-01-01T00:00:00Z',
        ExitCode: 0,
        OOMKilled: false,
        Health: { Status: 'healthy', Log: [{ Output: 'hunter2' }] },
      }),
    );

    expect(event).toMatchObject({ health: 'healthy', state: { status: 'running' } });
    expect(event).not.toHaveProperty('state.finishedAt');
    expect(event).not.toHaveProperty('state.exitCode');
  });

  test("of a kubelet's container has no restart count of Docker's", () => {
    const { event } = trimmed(
      inspect(
        { Status: 'running' },
        { Config: { Labels: { ...POD_LABELS, 'io.kubernetes.container.name': 'web' } } },
      ),
    );

    expect(event).toMatchObject({ pod: { name: 'web-0' }, container: 'web' });
    expect(event).not.toHaveProperty('state.restartCount');
  });
});

describe('nanoseconds as a timestamp', () => {
  test.each([
    ['1795500951346929994', '2026-11-24T06:15:51.346929994Z'],
    ['1795500951000000000', '2026-11-24T06:15:51.000000000Z'],
    ['0', '1970-01-01T00:00:00.000000000Z'],
    ['9999999999999999999', '2286-11-20T17:46:39.999999999Z'],
  ])('%s is %s', (nano, time) => {
    expect(timeOfNanos(nano)).toBe(time);
  });
});
