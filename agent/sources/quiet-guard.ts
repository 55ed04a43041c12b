import type { Clock } from '../clock.ts';
import { KubernetesUnreachableError } from './kubernetes-api.ts';

/** How often it is looked whether the silence is too long: what a detection may be late. */
const LOOK_EVERY_MS = 15_000;

/**
 * Ends a request that is silent for too long: a peer that vanished sends no reset. Only the time in which we wait
 * counts, not the time in which we are behind and read nothing.
 */
export class QuietGuard {
  readonly #clock: Clock;
  readonly #outer: AbortSignal;
  readonly #inner = new AbortController();
  readonly #stop = () => this.#inner.abort(this.#outer.reason);
  #waitingSinceMs: number | undefined;
  #limitMs: number;

  /** @param outer aborts the request as well */
  constructor(clock: Clock, outer: AbortSignal, limitMs: number) {
    this.#clock = clock;
    this.#outer = outer;
    this.#limitMs = limitMs;
    if (outer.aborted) this.#stop();
    outer.addEventListener('abort', this.#stop);
    this.waiting();
    void this.#look();
  }

  /** For the request. */
  get signal(): AbortSignal {
    return this.#inner.signal;
  }

  waiting(): void {
    this.#waitingSinceMs = this.#clock.now();
  }

  busy(): void {
    this.#waitingSinceMs = undefined;
  }

  limit(limitMs: number): void {
    this.#limitMs = limitMs;
  }

  /** The request is over, or is to be. */
  end(): void {
    this.#outer.removeEventListener('abort', this.#stop);
    this.#inner.abort();
  }

  async #look(): Promise<void> {
    while (!this.signal.aborted) {
      const nowMs = this.#clock.now();
      const quietMs = nowMs - (this.#waitingSinceMs ?? nowMs);
      if (quietMs >= this.#limitMs) {
        const seconds = Math.round(quietMs / 1000);
        this.#inner.abort(new KubernetesUnreachableError(`nothing was heard for ${seconds} s`));
        return;
      }
      await this.#clock.sleep(Math.min(this.#limitMs - quietMs, LOOK_EVERY_MS), this.signal);
    }
  }
}
