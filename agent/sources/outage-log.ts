import type { Log } from '../log.ts';
import type { OutageReason } from './kubernetes-failure.ts';

/**
 * Tells of an outage once when it begins (once more if its reason changes), and once when it is over. A stream that
 * breaks and goes on at the next attempt is not worth a word.
 */
export class OutageLog {
  readonly #log: Log;
  readonly #fields: { readonly source: string; readonly server: string };
  readonly #resource: string;
  #sinceMs: number | undefined;
  #failures = 0;
  readonly #told = new Set<OutageReason>();

  /** @param resource what is listed and watched, as RBAC calls it */
  constructor(log: Log, fields: { readonly source: string; readonly server: string }, resource: string) {
    this.#log = log;
    this.#fields = fields;
    this.#resource = resource;
  }

  /** @param begun whether the server had begun to answer, so that only the stream broke */
  failed(atMs: number, reason: OutageReason, error: Error, begun: boolean): void {
    this.#sinceMs ??= atMs;
    this.#failures += 1;
    if (this.#told.has(reason) || (begun && this.#failures === 1)) return;
    this.#told.add(reason);
    this.#log.warn({ ...this.#fields, reason, error: error.message }, this.#sentence(reason, error));
  }

  over(atMs: number): void {
    if (this.#sinceMs === undefined) return;
    const seconds = Math.round((atMs - this.#sinceMs) / 1000);
    if (this.#told.size > 0) {
      this.#log.info(
        { ...this.#fields, seconds },
        `the Kubernetes API answers again after ${seconds} s; watching ${this.#resource} goes on`,
      );
    }
    this.#sinceMs = undefined;
    this.#failures = 0;
    this.#told.clear();
  }

  #sentence(reason: OutageReason, error: Error): string {
    const where = `the Kubernetes API at ${this.#fields.server}`;
    switch (reason) {
      case 'api-unreachable':
        return `${where} cannot be used (${error.message}): check that it runs, that this address is right and its certificate is trusted; the agent keeps trying`;
      case 'unauthorized':
        return `${where} does not know who we are (${error.message}): check the token or certificate of the kubeconfig or service account; the agent keeps trying and reads it anew each time`;
      case 'forbidden':
        return `${where} does not let us watch ${this.#resource} (${error.message}): grant get, list and watch on ${this.#resource}; the agent keeps trying`;
      case 'refused':
        return `${where} refuses to list ${this.#resource} (${error.message}): check that this is a Kubernetes API server; the agent keeps trying`;
    }
  }
}
