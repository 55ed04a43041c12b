import { describe, expect, it } from 'vitest';
import type { DockerEvent } from '../../../timeline/contract/docker-event.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { aDockerEvent, containerId, watchedFrom } from '../../support/recorded-events.ts';

const ID = containerId('plain');
const pod = { namespace: 'docker', name: 'redis', uid: ID };
const at = (clock: string) => `2026-03-01T${clock}Z`;

function plain(action: DockerEvent['action'], clock: string, facts: Partial<DockerEvent> = {}): DockerEvent {
  return aDockerEvent({
    action,
    occurredAt: at(clock),
    containerId: ID,
    pod,
    container: 'redis',
    image: 'redis:8',
    ...facts,
  });
}

const watched = watchedFrom(at('09:59:00.000'));

describe('a container that Docker runs alone', () => {
  it('is a pod of one container, whose restarts by Docker’s own policy are told apart by their starts', () => {
    const account = reconstruct('laptop', ID, [
      ...watched,
      plain('create', '10:00:00.100'),
      plain('start', '10:00:00.300'),
      plain('die', '10:05:00.000', { exitCode: 1 }),
      plain('start', '10:05:00.400'),
      plain('die', '10:10:00.000', { exitCode: 1 }),
      plain('start', '10:10:00.400'),
    ]);
    expect(account?.pod).toMatchObject({
      namespace: 'docker',
      name: 'redis',
      workload: { kind: 'Pod', name: 'redis' },
    });
    expect(account?.runs.map(({ exitCode }) => exitCode)).toEqual([1, 1, null]);
    expect(account?.restarts.map(({ cause, downtimeMs }) => [cause, downtimeMs])).toEqual([
      ['exited', 400],
      ['exited', 400],
    ]);
    expect(account?.summary).toMatchObject({ restarts: 2, kubernetesRestartCount: null, complete: true });
    expect(account?.restarts[0]?.explanation).toBe(
      'The process ended by itself with exit code 1 (a general error). It was down for 400 ms.',
    );
  });

  it('needs no Kubernetes Events to say who restarted it', () => {
    const [, , docker] = watched;
    const account = reconstruct('laptop', ID, [
      docker!,
      plain('create', '10:00:00.100'),
      plain('start', '10:00:00.300'),
      plain('kill', '10:05:00.000', { signal: 15 }),
      plain('die', '10:05:01.000', { exitCode: 0 }),
      plain('stop', '10:05:01.010'),
      plain('start', '10:05:01.400'),
      plain('restart', '10:05:01.410'),
    ]);
    expect(account?.restarts).toMatchObject([{ cause: 'stopped-externally', downtimeMs: 400 }]);
    expect(account?.restarts[0]?.explanation).toBe(
      'The container was restarted through Docker (docker restart). It was down for 400 ms.',
    );
    expect(account?.gaps).toEqual([]);
  });

  it('joins what a look found with what events told of the same execution', () => {
    const look = (clock: string, state: DockerEvent['state']) => plain('inspect', clock, { state });
    const running = { status: 'running', createdAt: at('09:00:00.000'), startedAt: at('09:00:00.200') };
    const account = reconstruct('laptop', ID, [
      ...watched,
      look('10:00:00.000', running),
      look('10:01:00.000', running),
      plain('die', '10:05:00.000', { exitCode: 2, executionMs: 3_899_000 }),
      plain('start', '10:05:00.400'),
      look('10:06:00.000', {
        status: 'running',
        createdAt: at('09:00:00.000'),
        startedAt: at('10:05:00.398'),
      }),
    ]);
    expect(account?.runs).toMatchObject([
      {
        createdAt: at('09:00:00.000'),
        startedAt: at('09:00:00.200'),
        finishedAt: at('10:05:00.000'),
        exitCode: 2,
      },
      { startedAt: at('10:05:00.400'), finishedAt: null, exitCode: null },
    ]);
  });

  it('learns from a look how a run ended that ended unwatched, and says that it cannot know why', () => {
    const account = reconstruct('laptop', ID, [
      ...watched,
      plain('create', '10:00:00.100'),
      plain('start', '10:00:00.300'),
      plain('inspect', '11:00:00.000', {
        state: {
          status: 'running',
          createdAt: at('10:00:00.100'),
          startedAt: at('10:30:00.000'),
          finishedAt: at('10:29:58.000'),
          exitCode: 0,
        },
      }),
    ]);
    expect(account?.runs).toMatchObject([
      { startedAt: at('10:00:00.300'), finishedAt: null },
      { startedAt: at('10:30:00.000'), finishedAt: null },
    ]);
    expect(account?.restarts).toMatchObject([{ cause: 'unknown', downtimeMs: null }]);
    expect(account?.restarts[0]?.explanation).toContain('was not seen');
  });

  it('does not give an end to a run that it cannot be the end of', () => {
    const account = reconstruct('laptop', ID, [
      ...watched,
      plain('create', '10:00:00.100'),
      plain('start', '10:00:00.300'),
      plain('die', '10:30:00.000', { exitCode: 3, executionMs: 5_000 }),
    ]);
    expect(account?.runs).toMatchObject([
      { startedAt: at('10:00:00.300'), finishedAt: null, exitCode: null },
      { startedAt: null, finishedAt: at('10:30:00.000'), exitCode: 3 },
    ]);
  });
});
