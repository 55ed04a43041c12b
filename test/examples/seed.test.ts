import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../agent/observation.ts';
import { createTrim } from '../../agent/trim/trim.ts';
import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';
import { renderText } from '../../timeline/render/text.ts';

const UID = '36253f3c-4ed5-11ea-a10e-0242294e2d14';

function accountOfSeed() {
  const trim = createTrim({ agent: { instance: 'seed', role: 'all', version: 'test' } });
  const lines = readFileSync(new URL('../../examples/seed/recording.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const events = lines.flatMap((line) => trim(JSON.parse(line) as Observation));
  const account = reconstruct('example', UID, events);
  if (account === undefined) throw new Error('the recording has no such pod');
  return { events, account };
}

const { events, account } = accountOfSeed();

describe('the seed scenario', () => {
  it('had four restarts, of which Kubernetes counted three', () => {
    expect(account.summary).toMatchObject({
      restarts: 4,
      counted: 3,
      uncounted: 1,
      kubernetesRestartCount: 3,
      complete: true,
    });
    expect(account.restarts.map(({ cause, counted }) => [cause, counted])).toEqual([
      ['removed-externally', false],
      ['stopped-externally', true],
      ['sandbox-removed', true],
      ['sandbox-stopped', true],
    ]);
  });

  it('had the five containers and three sandboxes of the account, in that order', () => {
    expect(account.runs.map(({ containerId, attempt }) => [containerId.slice(0, 12), attempt])).toEqual([
      ['91b19b56d72b', 0],
      ['3d70ded781da', 0],
      ['c9ea78dac905', 1],
      ['9e8cf9c01c67', 2],
      ['401942ae7cd2', 3],
    ]);
    expect(account.sandboxes.map(({ id, endedBy }) => [id.slice(0, 12), endedBy])).toEqual([
      ['3fdbe0446a74', 'sandbox-removed'],
      ['53fbecd4180f', 'sandbox-stopped'],
      ['a0c1f27d9e43', null],
    ]);
  });

  it('explains each restart, with evidence that exists', () => {
    const ids = new Set(events.map(({ id }) => id));
    for (const { evidence } of account.restarts) {
      expect(evidence.length).toBeGreaterThanOrEqual(5);
      for (const id of evidence) expect(ids).toContain(id);
    }
    expect(account.restarts.map(({ explanation }) => explanation)).toEqual([
      'The container was force-removed through Docker (kill, then destroy) without the kubelet asking for it. It was down for 16 s. Kubernetes did not count it: its restart count stayed at 0, because the old container was gone from Docker and the kubelet numbered the new one as if it had never been.',
      'The container was stopped through Docker (SIGTERM, exit code 0) and then removed without the kubelet asking for it. It was down for 3 s. Kubernetes counted it: its restart count went from 0 to 1.',
      "The pod's sandbox (pause container 3fdbe0446a74) was force-removed through Docker (kill, then destroy), so the kubelet ended the container, made a new sandbox and started the container anew in it. It was down for 3 s. Kubernetes counted it: its restart count went from 1 to 2.",
      "The pod's sandbox (pause container 53fbecd4180f) was stopped through Docker and later removed, so the kubelet ended the container, made a new sandbox and started the container anew in it. It was down for 3 s. Kubernetes counted it: its restart count went from 2 to 3.",
    ]);
  });

  it('looked to kubectl as the account shows', () => {
    expect(account.phases.map(({ ready, status, restarts }) => `${ready} ${status} ${restarts}`)).toEqual([
      '0/1 Pending 0',
      '0/1 ContainerCreating 0',
      '1/1 Running 0',
      '0/1 ContainerCreating 0',
      '1/1 Running 0',
      '0/1 Completed 0',
      '1/1 Running 1',
      '1/1 Running 2',
      '1/1 Running 3',
    ]);
  });

  it('reads well in a terminal', () => {
    expect(renderText(account)).toMatchSnapshot();
  });
});
