/** What a kubeconfig says of the context in use. */
export interface KubeContext {
  readonly name: string;
  /** Undefined if it names none: then it is `default`. */
  readonly namespace: string | undefined;
}

/** The part of a kubeconfig that is of use here; nothing of its users or clusters is kept. */
export interface Kubeconfig {
  readonly currentContext: string | undefined;
  readonly contexts: readonly KubeContext[];
}
