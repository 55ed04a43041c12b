import { type KubernetesObject, keyOf, type Resource } from './kubernetes-object.ts';

/** One revision of the store, as a watch would tell it without a selector. */
export interface Change {
  readonly version: number;
  readonly resource: Resource;
  /** The new content; for a deletion the last one, with the version of the deletion. */
  readonly object: KubernetesObject;
  readonly isDeleted: boolean;
  /** What was there before. */
  readonly previous: KubernetesObject | undefined;
}

/**
 * Keeps objects as etcd does: one version for the whole store, which rises with every write, deletes included; every
 * state since the last compaction can be read.
 */
export class VersionedStore {
  #version: number;
  #compactedAt = 0;
  #watchableSince = 0;
  #changes: Change[] = [];
  readonly #keepChanges: number;
  /** The states as of the compaction, and of now. */
  readonly #oldest = new Map<Resource, Map<string, KubernetesObject>>();
  readonly #newest = new Map<Resource, Map<string, KubernetesObject>>();

  constructor({ firstVersion, keepChanges }: { firstVersion: number; keepChanges: number }) {
    this.#version = firstVersion;
    this.#keepChanges = keepChanges;
  }

  get version(): number {
    return this.#version;
  }

  /** Below this version nothing is known any more. */
  get compactedAt(): number {
    return this.#compactedAt;
  }

  /** From a version below this one no watch can go on. */
  get watchableSince(): number {
    return Math.max(this.#watchableSince, this.#compactedAt);
  }

  /** Lets no watch go on from before now, while states from before can still be read. */
  expireWatches(): void {
    this.#watchableSince = this.#version;
  }

  get(resource: Resource, key: string): KubernetesObject | undefined {
    return this.#newest.get(resource)?.get(key);
  }

  put(resource: Resource, object: KubernetesObject): Change {
    const previous = this.get(resource, keyOf(object));
    if (previous !== undefined && previous.metadata.uid !== object.metadata.uid) {
      throw new Error(`${keyOf(object)} exists with another UID: delete it first`);
    }
    return this.#write(resource, object, previous, false);
  }

  delete(resource: Resource, key: string): Change {
    const previous = this.get(resource, key);
    if (previous === undefined) throw new Error(`there is no ${resource} ${key} to delete`);
    return this.#write(resource, previous, previous, true);
  }

  /** The objects as they were at `version`, in the order of their keys. */
  stateAt(resource: Resource, version: number): KubernetesObject[] {
    let state = this.#newest.get(resource) ?? new Map<string, KubernetesObject>();
    if (version < this.#version) {
      state = new Map(this.#oldest.get(resource));
      for (const change of this.#changes) {
        if (change.version <= version && change.resource === resource) apply(state, change);
      }
    }
    return Array.from(state)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  changesSince(resource: Resource, version: number): Change[] {
    return this.#changes.filter((change) => change.resource === resource && change.version > version);
  }

  /** Forgets every state before `version`, or before now. */
  compact(version: number = this.#version): void {
    const cut = this.#changes.findIndex((change) => change.version > version);
    const forgotten = this.#changes.splice(0, cut === -1 ? this.#changes.length : cut);
    for (const change of forgotten) apply(stateOf(this.#oldest, change.resource), change);
    this.#compactedAt = version;
  }

  #write(
    resource: Resource,
    object: KubernetesObject,
    previous: KubernetesObject | undefined,
    isDeleted: boolean,
  ): Change {
    this.#version += 1;
    const change = {
      version: this.#version,
      resource,
      object: withVersion(object, this.#version),
      isDeleted,
      previous,
    };
    apply(stateOf(this.#newest, resource), change);
    this.#changes.push(change);
    const surplus = this.#changes[this.#changes.length - this.#keepChanges - 1];
    // In strides: to forget one by one would move the whole array each time.
    if (surplus !== undefined && this.#changes.length > this.#keepChanges * 2) this.compact(surplus.version);
    return change;
  }
}

export function withVersion(object: KubernetesObject, version: number): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

function apply(state: Map<string, KubernetesObject>, { object, isDeleted }: Change): void {
  if (isDeleted) state.delete(keyOf(object));
  else state.set(keyOf(object), object);
}

function stateOf(
  states: Map<Resource, Map<string, KubernetesObject>>,
  resource: Resource,
): Map<string, KubernetesObject> {
  const state = states.get(resource) ?? new Map<string, KubernetesObject>();
  states.set(resource, state);
  return state;
}
