import { readFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import { getCACertificates } from 'node:tls';

/** The variables that name a proxy, in either case; lower case wins, as in curl. */
export interface ProxyEnvironment {
  readonly HTTPS_PROXY?: string | undefined;
  readonly HTTP_PROXY?: string | undefined;
  readonly NO_PROXY?: string | undefined;
  readonly https_proxy?: string | undefined;
  readonly http_proxy?: string | undefined;
  readonly no_proxy?: string | undefined;
}

export interface ConnectionSettings {
  readonly api: URL;
  readonly caFile: string | undefined;
  readonly proxy: ProxyEnvironment;
}

/** Keeps the one connection to the API, and makes another when the authorities to trust change. */
export class Connection {
  readonly #settings: ConnectionSettings;
  #ca: string | undefined;
  #agent: http.Agent | undefined;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /** The agent for the next request. @throws Error when the file of authorities cannot be read */
  async agent(): Promise<http.Agent> {
    const { caFile } = this.#settings;
    const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
    if (this.#agent === undefined || ca !== this.#ca) {
      this.#agent?.destroy();
      this.#agent = this.#make(ca);
      this.#ca = ca;
    }
    return this.#agent;
  }

  close(): void {
    this.#agent?.destroy();
  }

  #make(ca: string | undefined): http.Agent {
    const { api, proxy } = this.#settings;
    const options = {
      keepAlive: true,
      maxSockets: 1,
      ...(isLoopback(api.hostname) ? {} : { proxyEnv: { ...proxy } }),
    };
    if (api.protocol === 'http:') return new http.Agent(options);
    // `ca` would take the place of the well-known authorities.
    const authorities = ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] };
    return new https.Agent({ ...options, ...authorities });
  }
}

/** As Go's programs do (net/http, ProxyFromEnvironment): no proxy reaches what is on this machine. */
function isLoopback(hostname: string): boolean {
  const name = hostname.replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
