import type { PodMetadata } from './contract/pod-event.ts';
import type { Workload } from './contract/timeline.ts';

/**
 * The top-level controller of a pod, from the pod alone: the agent has no right to read ReplicaSets or Jobs.
 *
 * A Deployment names its ReplicaSets `NAME-HASH`, with the hash in the pod's label `pod-template-hash`
 * (kube-controller-manager, deployment/sync.go); a CronJob names its Jobs `NAME-MINUTES`, the scheduled time in
 * minutes since the epoch (cronjob/utils.go `getJobName`). A static pod is owned by its Node and stands for itself.
 */
export function workloadOf(podName: string, metadata: PodMetadata | undefined): Workload {
  const owners = metadata?.ownerReferences ?? [];
  const owner = owners.find((reference) => reference.controller === true);
  if (owner === undefined || owner.kind === 'Node') return { kind: 'Pod', name: podName };
  if (owner.kind === 'ReplicaSet') {
    const suffix = `-${metadata?.labels?.['pod-template-hash'] ?? ''}`;
    if (suffix.length > 1 && owner.name.length > suffix.length && owner.name.endsWith(suffix)) {
      return { kind: 'Deployment', name: owner.name.slice(0, -suffix.length) };
    }
  }
  if (owner.kind === 'Job') {
    const scheduled = /^(.+)-\d{8,10}$/.exec(owner.name);
    if (scheduled?.[1] !== undefined) return { kind: 'CronJob', name: scheduled[1] };
  }
  return { kind: owner.kind, name: owner.name };
}
