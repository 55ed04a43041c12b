import { ChangeSignal, NEVER } from '../change-signal.ts';

export interface SafeStepsSettings<S> {
  /** How many observations may be ahead of what is safe. */
  readonly maxAhead: number;
  /** Does what follows from steps that are safe, in order. It is not waited for before the next, only by `settled`. */
  readonly follow: (steps: readonly S[]) => Promise<void>;
  /** Hears of the first failure, which every later call throws as well. */
  readonly failed: (error: unknown) => void;
}

/** Steps that become safe together. */
interface Group<S> {
  readonly safe: Promise<void> | undefined;
  readonly steps: S[];
}

/**
 * Lets a source run ahead of the spool, by a bounded number of observations, so that many share one fsync. What
 * follows from an observation (to remember that it was made) is done only when it is safe, and in order: once for all
 * that became safe together.
 */
export class SafeSteps<S> {
  readonly #settings: SafeStepsSettings<S>;
  #ahead = 0;
  #failure: { readonly error: unknown } | undefined;
  /** The newest group, as long as it is not safe. */
  #open: Group<S> | undefined;
  #last: Promise<void> = Promise.resolve();
  #following: Promise<void> = Promise.resolve();
  readonly #changed = new ChangeSignal();

  constructor(settings: SafeStepsSettings<S>) {
    this.#settings = settings;
  }

  /**
   * Takes a step. Gives a promise only where the caller must wait: it resolves when there is room for more.
   *
   * @param safe resolves when the observation is safe; undefined for a step that only those before it hold up
   * @throws what an earlier `safe` or `follow` rejected with
   */
  add(safe: Promise<void> | undefined, step: S): Promise<void> | undefined {
    this.#ahead += 1;
    const open = this.#open;
    if (open !== undefined && (safe === undefined || safe === open.safe)) open.steps.push(step);
    else this.#begin({ safe, steps: [step] });
    return this.#mayGoOn() && this.#failure === undefined ? undefined : this.#room();
  }

  /** Resolves when all is done. @throws as `add` */
  async settled(): Promise<void> {
    await this.#last;
    await this.#following;
    this.#throwFailure();
  }

  #begin(group: Group<S>): void {
    this.#open = group;
    this.#last = this.#finish(this.#last, group);
  }

  async #finish(before: Promise<void>, group: Group<S>): Promise<void> {
    try {
      // Both at once: a rejection must find somebody who waits.
      await Promise.all([before, group.safe]);
    } catch (error) {
      this.#fail(error);
    }
    if (this.#open === group) this.#open = undefined;
    if (this.#failure === undefined) this.#following = this.#watched(group.steps);
    this.#ahead -= group.steps.length;
    this.#changed.tell();
  }

  async #watched(steps: readonly S[]): Promise<void> {
    try {
      await this.#settings.follow(steps);
    } catch (error) {
      this.#fail(error);
    }
  }

  #mayGoOn(): boolean {
    return this.#ahead < this.#settings.maxAhead;
  }

  async #room(): Promise<void> {
    await this.#changed.until(() => this.#mayGoOn() || this.#failure !== undefined, NEVER);
    this.#throwFailure();
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#changed.tell();
    this.#settings.failed(error);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
