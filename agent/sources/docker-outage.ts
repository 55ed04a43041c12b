import type { Tell } from '../telemetry/happening.ts';
import type { DockerUnavailableError } from './docker-client.ts';

/** Tells of every failure of the Engine, as news once when an outage begins; and once when it is over. */
export class DockerOutage {
  readonly #tell: Tell;
  readonly #socketPath: string;
  #isTold = false;

  constructor(tell: Tell, socketPath: string) {
    this.#tell = tell;
    this.#socketPath = socketPath;
  }

  began(error: DockerUnavailableError | undefined): void {
    const isNews = !this.#isTold;
    this.#isTold = true;
    const { code, message } = error ?? {};
    this.#tell({ what: 'docker-failed', socketPath: this.#socketPath, code, error: message, isNews });
  }

  over(): void {
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#tell({ what: 'docker-recovered', socketPath: this.#socketPath });
  }
}
