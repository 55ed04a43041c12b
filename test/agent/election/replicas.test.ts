import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAgentProgram } from '../../support/agent-program.ts';
import { anEvent, aPod } from '../../support/builders.ts';
import { LEASE } from '../../support/election-rig.ts';
import { FakeKubernetes } from '../../support/fake-kubernetes/fake-kubernetes.ts';
import { IngestServer } from '../../support/ingest-server.ts';
import { until } from '../../support/until.ts';

async function twoReplicas() {
  const kubernetes = await FakeKubernetes.start();
  const server = await IngestServer.start();
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-replicas-'));
  onTestFinished(async () => {
    await kubernetes.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  kubernetes.put({ kind: 'Lease', metadata: { ...LEASE, uid: 'lease-uid' } });
  kubernetes.put(anEvent({ name: 'before' }));
  const start = (name: string) =>
    startAgentProgram('agent/main.ts', [
      '--cluster=lab',
      `--api=${server.url.href}`,
      '--role=cluster',
      `--kubeconfig=${kubernetes.files.kubeconfig}`,
      `--lease=${LEASE.namespace}/${LEASE.name}`,
      `--spool-dir=${join(folder, name)}`,
      '--drain-seconds=5',
    ]);
  const leader = start('leader');
  await leader.says(/this replica leads now/);
  await until('it watches', () => kubernetes.watches.length === 2);
  const other = start('other');
  await other.says(/another replica leads/);
  const holder = () =>
    (kubernetes.get('leases', LEASE.namespace, LEASE.name)['spec'] as { holderIdentity: string })
      .holderIdentity;
  return { kubernetes, server, leader, other, holder };
}

describe('of two replicas', () => {
  test('one watches; when it is stopped, the other goes on at once', async () => {
    const { kubernetes, server, leader, other, holder } = await twoReplicas();
    const first = holder();
    kubernetes.put(aPod({ name: 'pending', uid: 'u-pending' }));
    expect(kubernetes.watches).toHaveLength(2);
    leader.signal('SIGTERM');
    await other.says(/this replica leads now/);
    expect(await leader.ended()).toBe(0);
    await until('the other watches', () => kubernetes.watches.length === 2);

    expect(holder()).not.toBe(first);
    const statements = server.events.filter((event) => event.source === 'agent');
    expect(statements.map((event) => event.source === 'agent' && `${event.type} ${event.watched}`)).toEqual(
      expect.arrayContaining(['gap-opened pod', 'gap-opened event', 'recording-began pod']),
    );
    other.signal('SIGTERM');
    expect(await other.ended()).toBe(0);
    expect(holder()).toBe('');
  });

  test('one watches; when it is killed, the other takes over after its lease and loses no Event', {
    timeout: 60_000,
  }, async () => {
    const { kubernetes, server, leader, other } = await twoReplicas();
    leader.signal('SIGKILL');
    await leader.ended();
    kubernetes.put(anEvent({ name: 'between', uid: 'e-between' }));
    await until('the other leads', () => other.err.includes('this replica leads now'), 40_000);
    await until('the Event between is sent', () =>
      server.events.some((event) => event.source === 'event' && event.id.includes('e-between')),
    );

    expect(kubernetes.requests.filter(({ verb }) => verb === 'create')).toEqual([]);
    other.signal('SIGTERM');
    expect(await other.ended()).toBe(0);
  });
});
