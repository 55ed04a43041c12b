import type { Log } from '../log.ts';
import type { DockerUnavailableError } from './docker-client.ts';

/** Tells of an outage of the Engine once when it begins, and once when it is over. */
export class DockerOutage {
  readonly #log: Log;
  readonly #socketPath: string;
  #isTold = false;

  constructor(log: Log, socketPath: string) {
    this.#log = log;
    this.#socketPath = socketPath;
  }

  began(error: DockerUnavailableError | undefined): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#log.warn(
      { source: 'docker', socket: this.#socketPath, code: error?.code, error: error?.message },
      `Docker cannot be watched: ${adviceFor(error?.code, this.#socketPath)}; the agent keeps trying`,
    );
  }

  over(): void {
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#log.info(
      { source: 'docker', socket: this.#socketPath },
      'Docker answers again; watching it goes on',
    );
  }
}

function adviceFor(code: string | undefined, socketPath: string): string {
  switch (code) {
    case undefined:
      return 'the Engine ended the stream of events; check that dockerd runs';
    case 'ENOENT':
      return `there is no socket at ${socketPath}; check that dockerd runs, or name its socket with --docker`;
    case 'ECONNREFUSED':
      return `nothing listens at ${socketPath}; check that dockerd runs`;
    case 'EACCES':
    case 'EPERM':
      return `no permission for ${socketPath}; run the agent as root or in the socket's group`;
    case 'timeout':
      return `the Engine at ${socketPath} does not answer; check that dockerd is not stuck`;
    case '400':
    case '403':
    case '404':
      return `the Engine at ${socketPath} refuses; a filtering proxy must allow GET /_ping, /events and /containers`;
    default:
      return `the connection to ${socketPath} broke or brought something odd; check dockerd and its log`;
  }
}
