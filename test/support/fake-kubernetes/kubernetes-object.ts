/** A Kubernetes object as JSON. */
export interface KubernetesObject {
  readonly [field: string]: unknown;
  readonly metadata: {
    readonly [field: string]: unknown;
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion?: string;
  };
}

/** The resources that the fake serves, by the name in their path. Leases are of the group coordination.k8s.io. */
export const RESOURCES = { pods: 'Pod', events: 'Event', leases: 'Lease' } as const;
export type Resource = keyof typeof RESOURCES;

export function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
