import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import type { Restart } from '../../../timeline/contract/timeline.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import {
  aDockerEvent,
  aKubernetesEvent,
  aPodRevision,
  aStatement,
  aStatus,
  containerId,
  POD,
  watchedFrom,
} from '../../support/recorded-events.ts';

const at = (clock: string) => `2026-03-01T${clock}Z`;
const [OLD, NEW] = [containerId('old'), containerId('new')];
const [SANDBOX, NEXT_SANDBOX] = [containerId('sandbox'), containerId('next sandbox')];

type DockerFacts = Partial<Parameters<typeof aDockerEvent>[0]>;
const docker = (
  action: Parameters<typeof aDockerEvent>[0]['action'],
  clock: string,
  facts: DockerFacts = {},
) =>
  aDockerEvent({ action, occurredAt: at(clock), containerId: OLD, sandboxId: SANDBOX, attempt: 0, ...facts });
const sandboxEvent = (
  action: Parameters<typeof aDockerEvent>[0]['action'],
  clock: string,
  id: string,
  facts: DockerFacts = {},
) => aDockerEvent({ action, occurredAt: at(clock), containerId: id, role: 'sandbox', ...facts });
const next = { containerId: NEW, attempt: 1 };

const begun: RecordedEvent[] = [
  ...watchedFrom(at('09:00:00.000')),
  aPodRevision({
    resourceVersion: '10',
    occurredAt: at('10:00:00'),
    type: 'ADDED',
    metadata: { createdAt: at('10:00:00') },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'web',
          kind: 'app',
          restartPolicy: 'Never',
          restartRules: [{ action: 'Restart', operator: 'In', values: [42] }],
        },
      ],
    },
  }),
  sandboxEvent('create', '10:00:00.100', SANDBOX),
  sandboxEvent('start', '10:00:00.200', SANDBOX),
  docker('create', '10:00:01.000'),
  docker('start', '10:00:01.500'),
];
const begunAnew = [docker('create', '10:10:02.000', next), docker('start', '10:10:02.500', next)];

function theRestart(events: readonly RecordedEvent[]): Restart {
  const restarts = reconstruct('lab', POD.uid, [...begun, ...events, ...begunAnew])?.restarts ?? [];
  expect(restarts).toHaveLength(1);
  return restarts[0]!;
}

const exited = (exitCode: number) => docker('die', '10:10:00.000', { exitCode });
const stopped = [
  docker('kill', '10:09:59.000', { signal: 15 }),
  docker('die', '10:10:00.000', { exitCode: 143 }),
  docker('stop', '10:10:00.010'),
];

describe('the cause of a restart', () => {
  it('is a restart rule where a rule of the container asks for a restart after this exit code', () => {
    expect(theRestart([exited(42)])).toMatchObject({ cause: 'restart-rule' });
    expect(theRestart([exited(41)])).toMatchObject({ cause: 'exited' });
  });

  it('is a restart rule for every container that the kubelet removed to restart them all', () => {
    const restarting = aPodRevision({
      resourceVersion: '20',
      occurredAt: at('10:09:59'),
      status: {
        conditions: [{ type: 'AllContainersRestarting', status: 'True', lastTransitionTime: at('10:09:59') }],
      },
    });
    const restart = theRestart([restarting, ...stopped, docker('destroy', '10:10:00.500')]);
    expect(restart.cause).toBe('restart-rule');
    expect(restart.evidence).toContain(restarting.id);
    expect(restart.explanation).toContain('RestartAllContainers');
  });

  it.each([
    ['definition changed, will be restarted', 'spec-changed'],
    ['resize requires restart', 'resized'],
    ['failed startup probe, will be restarted', 'startup-probe-failed'],
  ])('is what the kubelet says when it kills: %s', (message, cause) => {
    const killing = aKubernetesEvent({
      reason: 'Killing',
      message: `Container web ${message}`,
      container: 'web',
      occurredAt: at('10:09:59'),
    });
    expect(theRestart([killing, ...stopped])).toMatchObject({ cause });
  });

  it('is a failed hook when the kubelet says that it failed', () => {
    const failed = aKubernetesEvent({
      reason: 'FailedPostStartHook',
      container: 'web',
      occurredAt: at('10:09:58'),
    });
    const killing = aKubernetesEvent({ reason: 'Killing', container: 'web', occurredAt: at('10:09:58') });
    expect(theRestart([failed, killing, ...stopped])).toMatchObject({ cause: 'hook-failed' });
  });

  it('is unknown when the kubelet stopped the container and did not say why', () => {
    const killing = aKubernetesEvent({
      reason: 'Killing',
      message: 'Stopping container web',
      container: 'web',
      occurredAt: at('10:09:59'),
    });
    const restart = theRestart([killing, ...stopped]);
    expect(restart.cause).toBe('unknown');
    expect(restart.explanation).toContain('it did not say why');
  });

  it('is not taken from what the kubelet said of another container', () => {
    const killing = aKubernetesEvent({
      reason: 'Killing',
      message: 'Container other failed liveness probe, will be restarted',
      container: 'other',
      occurredAt: at('10:09:59'),
    });
    expect(theRestart([killing, ...stopped])).toMatchObject({ cause: 'stopped-externally' });
  });

  it('is not taken from what the kubelet said of the next run, in the very second in which that began', () => {
    const killing = aKubernetesEvent({
      reason: 'Killing',
      message: 'Stopping container web',
      container: 'web',
      occurredAt: at('10:10:02'),
      observedAt: at('10:10:02.900'),
    });
    const stoppedSoon = [
      docker('kill', '10:10:02.880', { ...next, signal: 15 }),
      docker('die', '10:10:03.100', { ...next, exitCode: 0 }),
      docker('stop', '10:10:03.110', next),
    ];
    expect(theRestart([...stopped, killing, ...stoppedSoon])).toMatchObject({ cause: 'stopped-externally' });
    // With no such end in sight, it was heard late and speaks of the run before.
    expect(theRestart([...stopped, killing])).toMatchObject({ cause: 'unknown' });
  });

  it('is not taken from what the kubelet said long before the end', () => {
    const killing = aKubernetesEvent({
      reason: 'Killing',
      message: 'Container web failed liveness probe, will be restarted',
      container: 'web',
      occurredAt: at('10:05:00'),
    });
    expect(theRestart([killing, ...stopped])).toMatchObject({ cause: 'stopped-externally' });
  });

  it('is unknown for a SIGKILL that came neither from Docker nor from the kubelet nor from an OOM', () => {
    const restart = theRestart([exited(137)]);
    expect(restart.cause).toBe('unknown');
    expect(restart.explanation).toContain('neither through Docker nor from the kubelet');
  });

  it('is not an OOM because another process of the container was killed for memory', () => {
    expect(theRestart([docker('oom', '10:05:00.000'), exited(1)])).toMatchObject({ cause: 'exited' });
  });

  it('is a restarted runtime where the sandbox too went down while Docker restarted', () => {
    const from = at('10:09:58.000');
    const to = at('10:10:01.500');
    const gap = aStatement({
      type: 'gap-closed',
      watched: 'docker',
      sequence: 9,
      from,
      to,
      reason: 'docker-restarted',
    });
    const look = (id: string, facts: DockerFacts, startedAt: string) =>
      aDockerEvent({
        action: 'inspect',
        occurredAt: to,
        containerId: id,
        state: { status: 'exited', startedAt, finishedAt: at('10:09:59.000'), exitCode: 137 },
        ...facts,
      });
    const looks = [
      look(SANDBOX, { role: 'sandbox' }, at('10:00:00.190')),
      look(OLD, { sandboxId: SANDBOX, attempt: 0 }, at('10:00:01.490')),
    ];
    const inNewSandbox = { ...next, sandboxId: NEXT_SANDBOX };
    const account = reconstruct('lab', POD.uid, [
      ...begun,
      gap,
      ...looks,
      sandboxEvent('create', '10:10:01.600', NEXT_SANDBOX),
      docker('create', '10:10:02.000', inNewSandbox),
      docker('start', '10:10:02.500', inNewSandbox),
    ]);
    expect(account?.restarts).toMatchObject([{ cause: 'runtime-restarted', downtimeMs: 3_500 }]);
    expect(account?.summary.complete).toBe(false);
  });

  it('says of an end that the kubelet made up that it is made up', () => {
    const withoutDocker = [
      ...watchedFrom(at('09:00:00.000')),
      aPodRevision({
        resourceVersion: '10',
        occurredAt: at('10:00:01'),
        type: 'ADDED',
        containerStatuses: [
          aStatus({ containerId: OLD, state: { running: { startedAt: at('10:00:01') } }, restartCount: 0 }),
        ],
      }),
      aPodRevision({
        resourceVersion: '20',
        occurredAt: at('10:10:02'),
        containerStatuses: [
          aStatus({
            containerId: NEW,
            restartCount: 1,
            state: { running: { startedAt: at('10:10:02') } },
            lastState: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } },
          }),
        ],
      }),
    ];
    const account = reconstruct('lab', POD.uid, withoutDocker);
    expect(account?.runs[0]).toMatchObject({ exitCode: null, synthetic: true });
    expect(account?.restarts).toMatchObject([{ cause: 'unknown', counted: true, downtimeMs: null }]);
    expect(account?.restarts[0]?.explanation).toContain('made up by the kubelet');
  });
});
