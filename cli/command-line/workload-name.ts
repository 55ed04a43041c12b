import { UsageError } from './spec.ts';

/** kubectl's short names of what has pods. */
const KINDS: Readonly<Record<string, string>> = {
  deploy: 'Deployment',
  deployment: 'Deployment',
  deployments: 'Deployment',
  sts: 'StatefulSet',
  statefulset: 'StatefulSet',
  statefulsets: 'StatefulSet',
  ds: 'DaemonSet',
  daemonset: 'DaemonSet',
  daemonsets: 'DaemonSet',
  rs: 'ReplicaSet',
  replicaset: 'ReplicaSet',
  replicasets: 'ReplicaSet',
  rc: 'ReplicationController',
  replicationcontroller: 'ReplicationController',
  job: 'Job',
  jobs: 'Job',
  cj: 'CronJob',
  cronjob: 'CronJob',
  cronjobs: 'CronJob',
  po: 'Pod',
  pod: 'Pod',
  pods: 'Pod',
};

export interface WorkloadName {
  readonly kind: string;
  readonly name: string;
}

/** `deploy/web` and `Deployment/web` alike. Kinds that are not known here stay as they are. @throws UsageError */
export function readWorkloadName(text: string): WorkloadName {
  const slash = text.indexOf('/');
  const kind = text.slice(0, slash);
  const name = text.slice(slash + 1);
  if (slash < 1 || name === '')
    throw new UsageError(`"${text}" is no workload; give KIND/NAME, such as deploy/web.`);
  return { kind: knownKind(kind) ?? kind, name };
}

/** How Kubernetes spells a kind; undefined for one that is not known here. */
export function knownKind(kind: string): string | undefined {
  return Object.hasOwn(KINDS, kind.toLowerCase()) ? KINDS[kind.toLowerCase()] : undefined;
}
