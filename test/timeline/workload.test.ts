import { describe, expect, it } from 'vitest';
import type { PodMetadata } from '../../timeline/contract/pod-event.ts';
import { workloadOf } from '../../timeline/workload.ts';

const ownedBy = (kind: string, name: string, labels: Record<string, string> = {}): PodMetadata => ({
  ownerReferences: [{ kind, name, controller: true }],
  labels,
});

describe('workloadOf', () => {
  it.each<[string, PodMetadata | undefined, string]>([
    ['a pod without an owner', undefined, 'Pod/web-0'],
    ['a pod whose owner does not control it', { ownerReferences: [{ kind: 'Foo', name: 'x' }] }, 'Pod/web-0'],
    ['a static pod, owned by its node', ownedBy('Node', 'node1'), 'Pod/web-0'],
    [
      'a Deployment’s pod',
      ownedBy('ReplicaSet', 'web-5d4f8c7b9d', { 'pod-template-hash': '5d4f8c7b9d' }),
      'Deployment/web',
    ],
    [
      'a ReplicaSet that no Deployment made',
      ownedBy('ReplicaSet', 'web-v1', { 'pod-template-hash': 'zz' }),
      'ReplicaSet/web-v1',
    ],
    [
      'a ReplicaSet’s pod without the hash label',
      ownedBy('ReplicaSet', 'web-5d4f8c7b9d'),
      'ReplicaSet/web-5d4f8c7b9d',
    ],
    ['a StatefulSet’s pod', ownedBy('StatefulSet', 'db'), 'StatefulSet/db'],
    ['a CronJob’s pod', ownedBy('Job', 'backup-29384760'), 'CronJob/backup'],
    ['a Job’s pod', ownedBy('Job', 'migrate-v2'), 'Job/migrate-v2'],
  ])('%s', (_, metadata, expected) => {
    const { kind, name } = workloadOf('web-0', metadata);
    expect(`${kind}/${name}`).toBe(expected);
  });
});
