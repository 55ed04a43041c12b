/** Lets several wait for a condition that others bring about. */
export class ChangeSignal {
  /** Undefined while nobody waits: changes are many, and who waits for them few. */
  #awaited: PromiseWithResolvers<void> | undefined;

  /** Something changed: whoever waits looks again. */
  tell(): void {
    this.#awaited?.resolve();
    this.#awaited = undefined;
  }

  /** Resolves when the condition holds or the signal is aborted. */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    // Mostly there is nothing to wait for, and listening costs more than looking.
    if (condition() || signal.aborted) return;
    const aborted = () => this.tell();
    signal.addEventListener('abort', aborted);
    try {
      while (!condition() && !signal.aborted) {
        this.#awaited ??= Promise.withResolvers();
        await this.#awaited.promise;
      }
    } finally {
      signal.removeEventListener('abort', aborted);
    }
  }
}

/** A signal that is never aborted. */
export const NEVER = new AbortController().signal;
