/** What is written together, and what all wait for who gave something of it. */
interface Group<E> {
  readonly entries: E[];
  bytes: number;
  readonly safe: PromiseWithResolvers<void>;
}

export interface GroupCommitSettings<E> {
  /** What one write takes at most, unless a single part has more. */
  readonly maxBytes: number;
  /** Makes the entries that `take` gives safe. It takes them as late as it can: until then others join them. */
  readonly commit: (take: () => readonly E[]) => Promise<void>;
}

/** Lets all that comes at once, and all that comes while something is written, share the next write and its fsync. */
export class GroupCommit<E> {
  readonly #settings: GroupCommitSettings<E>;
  /** The last one takes what is added, until it is full. */
  readonly #pending: Group<E>[] = [];
  #isWriting = false;

  constructor(settings: GroupCommitSettings<E>) {
    this.#settings = settings;
  }

  /** Whether something was added that is not safe yet. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** Gives the promise of the group that the entries are in: it resolves when they are safe. */
  add(entries: readonly E[], bytes: number): Promise<void> {
    const group = this.#groupFor(bytes);
    for (const entry of entries) group.entries.push(entry);
    group.bytes += bytes;
    if (!this.#isWriting) void this.#write();
    return group.safe.promise;
  }

  #groupFor(bytes: number): Group<E> {
    const last = this.#pending.at(-1);
    if (last !== undefined && last.bytes + bytes <= this.#settings.maxBytes) return last;
    const group: Group<E> = { entries: [], bytes: 0, safe: Promise.withResolvers() };
    this.#pending.push(group);
    return group;
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    for (let group = this.#pending[0]; group !== undefined; group = this.#pending[0]) {
      const { entries, safe } = group;
      const take = () => {
        if (this.#pending[0] === group) this.#pending.shift();
        return entries;
      };
      try {
        await this.#settings.commit(take);
        safe.resolve();
      } catch (error) {
        safe.reject(error);
      }
      take();
    }
    this.#isWriting = false;
  }
}
