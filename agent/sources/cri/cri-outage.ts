import type { Tell } from '../../telemetry/happening.ts';
import type { CriUnavailableError } from './unavailable.ts';

/** Tells of every failure of the runtime, as news once when an outage begins; and once when it is over. */
export class CriOutage {
  readonly #tell: Tell;
  readonly #socketPath: string;
  #isTold = false;

  constructor(tell: Tell, socketPath: string) {
    this.#tell = tell;
    this.#socketPath = socketPath;
  }

  began({ code, message }: CriUnavailableError): void {
    const isNews = !this.#isTold;
    this.#isTold = true;
    this.#tell({ what: 'cri-failed', socketPath: this.#socketPath, code, error: message, isNews });
  }

  over(): void {
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#tell({ what: 'cri-recovered', socketPath: this.#socketPath });
  }
}
