import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../agent/observation.ts';
import type { Drop } from '../../../agent/trim/drops.ts';
import { createTrim } from '../../../agent/trim/trim.ts';
import type { PodEvent } from '../../../timeline/contract/pod-event.ts';
import { aboutNode, aContainerStatus, anEvent, aPod, aUid, type PodParts } from '../../support/builders.ts';

const AT = '2026-01-31T08:00:10.123Z';
const UID = aUid('shop/web-7d9c5b6f4d-x2x4z');
const RESTARTED = aContainerStatus({
  restartCount: 1,
  state: { running: { startedAt: '2026-01-31T08:00:05Z' } },
  lastState: {
    terminated: {
      exitCode: 1,
      reason: 'Error',
      message: 'panic: secret-in-termination-message',
      startedAt: '2026-01-31T08:00:00Z',
      finishedAt: '2026-01-31T08:00:04Z',
      containerID: 'containerd://old',
    },
  },
});

function pod(resourceVersion: string, parts: PodParts = {}) {
  const object = aPod(parts);
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}

const frame = (type: string, object: unknown, at = AT): Observation => ({
  at,
  source: 'pod',
  raw: { type, object },
});

function aTrim() {
  const drops: Drop[] = [];
  const trim = createTrim({
    agent: { instance: 'agent-1', role: 'node', node: 'node1', version: '0.1.0' },
    told: (drop) => drops.push(drop),
  });
  return { trim, drops, trimPod: (observation: Observation) => trim(observation)[0] as PodEvent | undefined };
}

describe('pod deltas', () => {
  test('the first revision is sent whole', () => {
    const { trim, drops } = aTrim();

    expect(trim(frame('ADDED', pod('7')))).toEqual([
      {
        id: `pod/${UID}/7`,
        source: 'pod',
        type: 'ADDED',
        occurredAt: '2026-01-31T08:00:00Z',
        observedAt: AT,
        pod: { namespace: 'shop', name: 'web-7d9c5b6f4d-x2x4z', uid: UID, node: 'node1' },
        resourceVersion: '7',
        row: { phase: 'Running', ready: '1/1', status: 'Running', restarts: 0 },
        metadata: {
          createdAt: '2026-01-31T08:00:00Z',
          generation: 1,
          ownerReferences: [
            {
              kind: 'ReplicaSet',
              name: 'web-7d9c5b6f4d',
              uid: aUid('ReplicaSet web-7d9c5b6f4d'),
              controller: true,
            },
          ],
          labels: { app: 'web', 'pod-template-hash': '7d9c5b6f4d' },
        },
        spec: {
          nodeName: 'node1',
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          priority: 0,
          containers: [{ name: 'app', image: 'registry.example/shop/web:1.4.2', kind: 'app' }],
        },
        status: expect.objectContaining({ phase: 'Running' }),
        containerStatuses: [
          expect.objectContaining({
            name: 'app',
            kind: 'app',
            runtime: 'containerd',
            restartCount: 0,
            ready: true,
            state: { running: { startedAt: '2026-01-31T08:00:00Z' } },
          }),
        ],
      },
    ]);
    expect(drops).toEqual([]);
  });

  test('a modification sends the row, the sections that changed and whole containers that changed', () => {
    const { trim, trimPod } = aTrim();
    trim(
      frame(
        'ADDED',
        pod('7', { containerStatuses: [aContainerStatus(), aContainerStatus({ name: 'log' })] }),
      ),
    );

    const event = trimPod(
      frame('MODIFIED', pod('8', { containerStatuses: [RESTARTED, aContainerStatus({ name: 'log' })] })),
    );

    expect(event).toMatchObject({
      type: 'MODIFIED',
      row: { restarts: 1 },
      occurredAt: '2026-01-31T08:00:05Z',
      containerStatuses: [
        {
          name: 'app',
          restartCount: 1,
          lastState: { terminated: { exitCode: 1, reason: 'Error', containerId: 'old' } },
        },
      ],
    });
    expect(event).not.toHaveProperty('metadata');
    expect(event).not.toHaveProperty('spec');
    expect(event).not.toHaveProperty('status');
    expect(event?.containerStatuses).toHaveLength(1);
  });

  test('a modification of nothing that may leave is no event', () => {
    const { trim } = aTrim();
    trim(frame('ADDED', pod('7')));

    expect(trim(frame('MODIFIED', pod('8', { annotations: { 'example.com/note': 'new' } })))).toEqual([]);
  });

  test('a list sends everything again', () => {
    const { trim, trimPod } = aTrim();
    trim(frame('ADDED', pod('7')));

    const event = trimPod(frame('LISTED', pod('7')));

    expect(event).toMatchObject({ id: `pod/${UID}/7/listed`, metadata: {}, spec: {}, status: {} });
    expect(event?.containerStatuses).toHaveLength(1);
  });

  test('a deletion is sent even if nothing else changed, and is forgotten', () => {
    const { trim, trimPod } = aTrim();
    trim(frame('ADDED', pod('7')));

    const deleted = trimPod(frame('DELETED', pod('8')));
    expect(deleted).toMatchObject({ type: 'DELETED', row: { status: 'Running' } });
    expect(deleted).not.toHaveProperty('metadata');
    expect(trimPod(frame('MODIFIED', pod('9')))).toHaveProperty('metadata');
  });

  test('a deletion that lies in the future does not date the delta', () => {
    const { trimPod } = aTrim();

    const event = trimPod(frame('MODIFIED', pod('7', { deletionTimestamp: '2026-01-31T09:00:00Z' })));

    expect(event?.row?.status).toBe('Terminating');
    expect(event?.occurredAt).toBe('2026-01-31T08:00:00Z');
  });

  test('the same revision has the same time, whoever sees it and when', () => {
    const one = aTrim().trimPod(frame('ADDED', pod('7'), '2026-01-31T08:00:01Z'));
    const other = aTrim().trimPod(frame('ADDED', pod('7'), '2026-02-28T00:00:00Z'));

    expect(other?.occurredAt).toBe(one?.occurredAt);
  });

  test('one that vanished carries its reference, and the node that was known', () => {
    const { trim } = aTrim();
    trim(frame('ADDED', pod('7')));
    const { name, namespace, uid } = pod('7').metadata;

    expect(trim(frame('VANISHED', { metadata: { name, namespace, uid, resourceVersion: '99' } }))).toEqual([
      {
        id: `pod/${UID}/99/vanished`,
        source: 'pod',
        type: 'VANISHED',
        occurredAt: AT,
        observedAt: AT,
        pod: { namespace, name, uid, node: 'node1' },
        resourceVersion: '99',
      },
    ]);
  });

  test.each([
    ['back-off 10s restarting failed container=app pod=web_shop(1)', 10_000],
    ['back-off 40s restarting failed container=app pod=web_shop(1)', 40_000],
    ['back-off 1m20s restarting failed container=app pod=web_shop(1)', 80_000],
    ['back-off 2m40s restarting failed container=app pod=web_shop(1)', 160_000],
    ['back-off 5m0s restarting failed container=app pod=web_shop(1)', 300_000],
    ['secret-in-message', undefined],
  ])('a waiting container with "%s" is in a back-off of %s ms', (message, backoffMs) => {
    const waiting = { reason: 'CrashLoopBackOff', message };
    const { trimPod } = aTrim();

    const event = trimPod(
      frame('ADDED', pod('7', { containerStatuses: [aContainerStatus({ state: { waiting } })] })),
    );

    const expected = backoffMs === undefined ? {} : { backoffMs };
    expect(event?.containerStatuses?.[0]?.state).toEqual({
      waiting: { reason: 'CrashLoopBackOff', ...expected },
    });
  });

  test('an init container with a restart policy of its own is a sidecar', () => {
    const { trimPod } = aTrim();

    const event = trimPod(
      frame(
        'ADDED',
        pod('7', {
          initContainers: [{ name: 'setup' }, { name: 'proxy', restartPolicy: 'Always' }],
          initContainerStatuses: [aContainerStatus({ name: 'setup' }), aContainerStatus({ name: 'proxy' })],
        }),
      ),
    );

    const kinds = { setup: 'init', proxy: 'sidecar', app: 'app' };
    expect(Object.fromEntries(event?.containerStatuses?.map(({ name, kind }) => [name, kind]) ?? [])).toEqual(
      kinds,
    );
    expect(Object.fromEntries(event?.spec?.containers?.map(({ name, kind }) => [name, kind]) ?? [])).toEqual(
      kinds,
    );
  });
});

describe('odd frames', () => {
  test('a label of a megabyte is left out and told of, and the rest is kept', () => {
    const { trimPod, drops } = aTrim();

    const event = trimPod(frame('ADDED', pod('7', { labels: { app: 'x'.repeat(1024 * 1024) } })));

    expect(event?.metadata?.labels).toEqual({ 'pod-template-hash': '7d9c5b6f4d' });
    expect(drops).toEqual([{ kind: 'field', source: 'pod', field: 'object.metadata.labels.app' }]);
  });

  test.each<[title: string, observation: Observation, problem: string]>([
    ['no UID', frame('ADDED', pod('7', { metadata: { uid: '' } })), 'metadata.uid is missing or odd'],
    [
      'a UID with a slash, which separates the parts of an id',
      frame('ADDED', pod('7', { metadata: { uid: 'a/b' } })),
      'metadata.uid is missing or odd',
    ],
    ['an unknown type', frame('BOOKMARK', pod('7')), '"type" of the frame is unknown'],
    ['nothing for an object', { at: AT, source: 'pod', raw: null }, '"raw" is not an object'],
    ['a list for an object', { at: AT, source: 'docker', raw: [] }, '"raw" is not an object'],
    [
      'a statement of nobody',
      { at: AT, source: 'agent', raw: { type: 'x' } },
      'the statement is not one of the agent',
    ],
    ['no time', { at: 'noon', source: 'pod', raw: {} }, '"at" is not an RFC 3339 time in UTC'],
  ])('one with %s is dropped and told of', (_, observation, problem) => {
    const { trim, drops } = aTrim();

    expect(trim(observation)).toEqual([]);
    expect(drops).toContainEqual({ kind: 'event', source: observation.source, problem });
  });
});

describe('Kubernetes Events', () => {
  const event = (type: string, object: object): Observation => {
    const { metadata, ...rest } = object as { metadata: object };
    return {
      at: AT,
      source: 'event',
      raw: { type, object: { ...rest, metadata: { ...metadata, resourceVersion: '5' } } },
    };
  };

  test('one about a pod is joined to it and to its container', () => {
    const { trim } = aTrim();

    const message = `Back-off restarting failed container app in pod web-7d9c5b6f4d-x2x4z_shop(${UID})`;

    expect(trim(event('ADDED', anEvent({ reason: 'BackOff', container: 'app', count: 3, message })))).toEqual(
      [
        {
          id: expect.stringMatching(/^event\/[-0-9a-f]+\/5$/),
          source: 'event',
          type: 'ADDED',
          occurredAt: '2026-01-31T08:00:00Z',
          observedAt: AT,
          pod: { namespace: 'shop', name: 'web-7d9c5b6f4d-x2x4z', uid: UID, node: 'node1' },
          uid: expect.any(String),
          resourceVersion: '5',
          container: 'app',
          reason: 'BackOff',
          eventType: 'Warning',
          message,
          count: 3,
          firstAt: '2026-01-31T08:00:00Z',
          component: 'kubelet',
        },
      ],
    );
  });

  test('one about a node names it', () => {
    const { trim } = aTrim();
    const message = 'Node node1 has been rebooted, boot id: 1';

    expect(
      trim(event('ADDED', anEvent({ reason: 'Rebooted', about: aboutNode('node1'), message }))),
    ).toMatchObject([{ node: 'node1', reason: 'Rebooted', message }]);
  });

  test.each([
    [
      'the last of a series',
      { series: { count: 9, lastObservedTime: '2026-01-31T08:30:00.123456Z' } },
      '2026-01-31T08:30:00.123456Z',
    ],
    ['the last time', { lastTimestamp: '2026-01-31T08:20:00Z' }, '2026-01-31T08:20:00Z'],
    [
      'its time',
      { lastTimestamp: null, firstTimestamp: null, eventTime: '2026-01-31T08:10:00.000001Z' },
      '2026-01-31T08:10:00.000001Z',
    ],
    ['its creation', { lastTimestamp: null, firstTimestamp: null }, '2026-01-31T08:00:00Z'],
  ])('one is dated by %s', (_, fields, occurredAt) => {
    const { trim } = aTrim();

    expect(trim(event('ADDED', anEvent({ fields })))).toMatchObject([{ occurredAt }]);
  });

  test.each([
    ['about another thing', event('ADDED', anEvent({ about: { kind: 'ReplicaSet', name: 'x', uid: 'y' } }))],
    ['whose hour is over', event('DELETED', anEvent())],
  ])('one %s is not sent, and not told of', (_, observation) => {
    const { trim, drops } = aTrim();

    expect(trim(observation)).toEqual([]);
    expect(drops).toEqual([]);
  });
});

test("the agent's statements are numbered", () => {
  const { trim } = aTrim();
  const state = (raw: object) => trim({ at: AT, source: 'agent', raw });

  expect([
    ...state({ type: 'recording-began', watched: 'pod', to: AT }),
    ...state({ type: 'gap-opened', watched: 'pod', from: AT, reason: 'agent-stopped' }),
  ]).toEqual([
    {
      id: 'agent/agent-1/0',
      source: 'agent',
      type: 'recording-began',
      occurredAt: AT,
      observedAt: AT,
      agent: { instance: 'agent-1', role: 'node', node: 'node1', version: '0.1.0' },
      sequence: 0,
      watched: 'pod',
      to: AT,
    },
    expect.objectContaining({ id: 'agent/agent-1/1', sequence: 1, from: AT, reason: 'agent-stopped' }),
  ]);
});

test('the restart rules of a container are kept, for they explain a restart', () => {
  const { trimPod } = aTrim();
  const rules = [
    { action: 'Restart', exitCodes: { operator: 'In', values: [42, 43] } },
    { action: 'RestartAllContainers' },
  ];

  const event = trimPod(
    frame(
      'ADDED',
      pod('7', { containers: [{ name: 'app', restartPolicy: 'Never', restartPolicyRules: rules }] }),
    ),
  );

  expect(event?.spec?.containers).toEqual([
    {
      name: 'app',
      kind: 'app',
      restartPolicy: 'Never',
      restartRules: [
        { action: 'Restart', operator: 'In', values: [42, 43] },
        { action: 'RestartAllContainers' },
      ],
    },
  ]);
});
