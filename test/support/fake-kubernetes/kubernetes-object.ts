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

/** The resources that the fake serves, by the name in their path. */
export const RESOURCES = { pods: 'Pod', events: 'Event' } as const;
export type Resource = keyof typeof RESOURCES;

export function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
