import type { ServerResponse } from 'node:http';
import { type KubernetesObject, RESOURCES, type Resource } from './kubernetes-object.ts';
import type { Selector } from './selector.ts';
import { type StatusError, watchExpired } from './status.ts';
import { type Change, type VersionedStore, withVersion } from './versioned-store.ts';

export interface WatchRequest {
  readonly resource: Resource;
  readonly selects: Selector;
  readonly query: URLSearchParams;
}

/** One watch that stands: a line of JSON for every change, as it happens. */
export class Watcher {
  readonly #request: WatchRequest;
  readonly #response: ServerResponse;
  readonly #store: VersionedStore;

  constructor(request: WatchRequest, response: ServerResponse, store: VersionedStore) {
    this.#request = request;
    this.#response = response;
    this.#store = store;
  }

  get resource(): Resource {
    return this.#request.resource;
  }

  /** Bytes that the client has not taken yet. */
  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  /** Answers 200, whatever follows: an expired version is told in the stream. */
  begin(): void {
    const { query, resource, selects } = this.#request;
    this.#response.writeHead(200, { 'content-type': 'application/json' });
    this.#response.flushHeaders();
    const from = Number(query.get('resourceVersion') ?? '0');
    if (from === 0) {
      for (const object of this.#store.stateAt(resource, this.#store.version)) {
        if (selects(object)) this.#frame('ADDED', object);
      }
      return;
    }
    if (from < this.#store.watchableSince) {
      this.fail(watchExpired(from, this.#store.watchableSince));
      this.end();
      return;
    }
    for (const change of this.#store.changesSince(resource, from)) this.tell(change);
  }

  /** Tells a change in the terms of the selector: what comes into view is added, what leaves it is deleted. */
  tell({ object, previous, isDeleted, version, resource }: Change): void {
    const { selects } = this.#request;
    if (resource !== this.resource) return;
    const is = !isDeleted && selects(object);
    const was = previous !== undefined && selects(previous);
    if (is) this.#frame(was ? 'MODIFIED' : 'ADDED', object);
    // With the content from before, and the version of the change (cacher, convertToWatchEvent).
    else if (was) this.#frame('DELETED', withVersion(previous, version));
  }

  bookmark(): void {
    if (this.#request.query.get('allowWatchBookmarks') !== 'true') return;
    const metadata = { resourceVersion: String(this.#store.version), creationTimestamp: null };
    const empty = this.resource === 'pods' ? { spec: { containers: null }, status: {} } : {};
    this.#line({
      type: 'BOOKMARK',
      object: { kind: RESOURCES[this.resource], apiVersion: 'v1', metadata, ...empty },
    });
  }

  /** Tells of a failure in a frame; the watch stands. */
  fail(error: StatusError): void {
    this.#line({ type: 'ERROR', object: error.body });
  }

  /** Sends bytes as they are, to be as wrong as a test needs. */
  raw(bytes: string | Uint8Array): void {
    // After its end, there is nothing to write to: changes are for the next watch to tell.
    if (!this.#response.writableEnded) this.#response.write(bytes);
  }

  /** Ends as a watch does whose time is over. */
  end(): void {
    this.#response.end();
  }

  #frame(type: string, object: KubernetesObject): void {
    this.#line({ type, object: { kind: RESOURCES[this.resource], apiVersion: 'v1', ...object } });
  }

  #line(frame: object): void {
    this.raw(`${JSON.stringify(frame)}\n`);
  }
}
