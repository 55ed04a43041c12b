import { ChangeSignal, NEVER } from '../change-signal.ts';

/**
 * Lets a source run ahead of the spool, by a bounded number of observations, so that many share one fsync. What
 * follows from an observation (to remember that it was made) is done only when it is safe, and in order.
 */
export class SafeSteps {
  readonly #maxAhead: number;
  readonly #failed: (error: unknown) => void;
  #ahead = 0;
  #failure: { readonly error: unknown } | undefined;
  #last: Promise<void> = Promise.resolve();
  #following: Promise<void> = Promise.resolve();
  readonly #changed = new ChangeSignal();

  /** @param failed hears of the first failure, which every later call throws as well */
  constructor(maxAhead: number, failed: (error: unknown) => void) {
    this.#maxAhead = maxAhead;
    this.#failed = failed;
  }

  /**
   * Resolves at once while few enough are ahead, else when there is room.
   *
   * @param safe resolves when the observation is safe
   * @param follow what is done then; it is not waited for before the next, only by `settled`
   * @throws what an earlier `safe` or `follow` rejected with
   */
  async add(safe: Promise<void> | undefined, follow: () => Promise<void>): Promise<void> {
    this.#ahead += 1;
    this.#last = this.#step(this.#last, safe, follow);
    const mayGoOn = () => this.#ahead < this.#maxAhead || this.#failure !== undefined;
    await this.#changed.until(mayGoOn, NEVER);
    this.#throwFailure();
  }

  /** Resolves when all is done. @throws as `add` */
  async settled(): Promise<void> {
    await this.#last;
    await this.#following;
    this.#throwFailure();
  }

  async #step(
    before: Promise<void>,
    safe: Promise<void> | undefined,
    follow: () => Promise<void>,
  ): Promise<void> {
    try {
      // Both at once: a rejection must find somebody who waits.
      await Promise.all([before, safe]);
      if (this.#failure === undefined) this.#following = this.#watched(follow());
    } catch (error) {
      this.#fail(error);
    }
    this.#ahead -= 1;
    this.#changed.tell();
  }

  async #watched(following: Promise<void>): Promise<void> {
    try {
      await following;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#changed.tell();
    this.#failed(error);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
