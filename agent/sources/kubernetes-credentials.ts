import type { RequestOptions } from 'node:https';

/** Which API server, and how to prove to it who we are. */
export interface KubernetesCredentials {
  /** The API server's address; it may have a path. */
  readonly server: string;
  /**
   * Headers and TLS settings for one request. Tokens are read anew, as they rotate.
   * @throws KubernetesCredentialsError
   */
  requestOptions(): Promise<RequestOptions>;
  /** The server did not accept them: what was kept of them is of no use. */
  forget(): void;
}
