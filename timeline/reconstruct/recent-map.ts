/**
 * A map by container ID that remembers the two entries asked for last. A history speaks of a container and of the one
 * before, over and over; comparing with these is cheaper than looking a long text up in a large table.
 */
export class RecentMap<V> {
  readonly #entries = new Map<string, V>();
  #key = '';
  #value: V | undefined;
  #otherKey = '';
  #other: V | undefined;

  get(key: string): V | undefined {
    if (key === this.#key && this.#value !== undefined) return this.#value;
    const isOther = key === this.#otherKey && this.#other !== undefined;
    const value = isOther ? this.#other : this.#entries.get(key);
    if (value !== undefined) this.#remember(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.#entries.set(key, value);
    this.#remember(key, value);
  }

  /** In the order in which they were first set. */
  get all(): ReadonlyMap<string, V> {
    return this.#entries;
  }

  #remember(key: string, value: V): void {
    // Setting anew must not leave an older value behind.
    if (key !== this.#key) {
      this.#otherKey = this.#key;
      this.#other = this.#value;
    }
    this.#key = key;
    this.#value = value;
  }
}
