/** Lets several wait for a condition that others bring about. */
export class ChangeSignal {
  #changed = Promise.withResolvers<void>();

  /** Something changed: whoever waits looks again. */
  tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  /** Resolves when the condition holds or the signal is aborted. */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    // Mostly there is nothing to wait for, and listening costs more than looking.
    if (condition() || signal.aborted) return;
    const aborted = () => this.tell();
    signal.addEventListener('abort', aborted);
    try {
      while (!condition() && !signal.aborted) await this.#changed.promise;
    } finally {
      signal.removeEventListener('abort', aborted);
    }
  }
}

/** A signal that is never aborted. */
export const NEVER = new AbortController().signal;
