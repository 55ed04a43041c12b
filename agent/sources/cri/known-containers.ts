import type { KnownContainer } from './saying.ts';

/** A node runs 110 pods by default; with every dead container that the kubelet keeps this is ten times as many. */
const MAX_KNOWN = 5_000;

/** Whose each container is: events about a task name no more than its ID. Bounded; the one known longest goes first. */
export class KnownContainers {
  readonly #byId = new Map<string, KnownContainer>();
  readonly #max: number;

  constructor(max = MAX_KNOWN) {
    this.#max = max;
  }

  get(id: string): KnownContainer | undefined {
    return this.#byId.get(id);
  }

  add(container: KnownContainer): void {
    this.#byId.set(container.id, container);
    if (this.#byId.size <= this.#max) return;
    const [oldest] = this.#byId.keys();
    if (oldest !== undefined) this.#byId.delete(oldest);
  }

  delete(id: string): void {
    this.#byId.delete(id);
  }
}
