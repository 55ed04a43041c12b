import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { type AccessFiles, writeAccessFiles } from './access-files.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { type KubernetesObject, keyOf, RESOURCES, type Resource } from './kubernetes-object.ts';
import { list } from './list.ts';
import { fieldSelector } from './selector.ts';
import {
  alreadyExists,
  conflict,
  forbidden,
  notFound,
  ordered,
  StatusError,
  unauthorized,
} from './status.ts';
import { type Change, VersionedStore } from './versioned-store.ts';
import { Watcher } from './watcher.ts';

export interface FakeKubernetesOptions {
  readonly token?: string;
  /** Bookmarks come on `bookmark()`, and at this interval as well if it is given. The real server takes a minute. */
  readonly bookmarkEveryMs?: number;
  /** The first version that is given is one more. */
  readonly firstVersion?: number;
  /** Changes that are kept before old ones are compacted away. */
  readonly keepChanges?: number;
  /** Default: a free one. */
  readonly port?: number;
}

/** A failure for the next requests. */
export interface OrderedFailure {
  /** An HTTP status; or `reset`: the connection is cut without an answer; or `hang`: there never is one. */
  readonly status: number | 'reset' | 'hang';
  readonly retryAfter?: number;
  /** How many requests fail. Default: 1. */
  readonly times?: number;
  /** Only lists, or only watches. Default: both. */
  readonly verb?: Verb;
  /** Requests that are let through before. */
  readonly after?: number;
}

export type Verb = 'list' | 'watch' | 'get' | 'create' | 'update';

export interface RequestRecord {
  readonly verb: Verb;
  readonly resource: Resource;
  readonly query: Readonly<Record<string, string>>;
  readonly status: OrderedFailure['status'];
}

/**
 * A Kubernetes API server for tests, over HTTPS with an authority of its own. It keeps pods and core/v1 Events, and
 * answers lists and watches of them as the real one does:
 *
 * - one version for all objects, which rises with every write and every delete;
 * - lists in pages at one version (`limit`, `continue`), `remainingItemCount` where there is no selector, 410 with a
 *   token for the rest when the version was compacted meanwhile;
 * - watches as lines of JSON that go on from `resourceVersion`; an expired one begins with 200 and an ERROR frame;
 *   bookmarks; `timeoutSeconds`;
 * - field selectors, where leaving the selection is told as DELETED with the content from before;
 * - 401 without the token or a client certificate of its authority, 403 where it is ordered, and a `Status` with
 *   every failure.
 *
 * - what a container's run before the present one wrote (`previousLogs`);
 * - creates and updates of Leases, by their `resourceVersion`: 409 for one that is not the stored one.
 *
 * A test makes the weather: `put`, `update`, `delete`, `forceDeletePod`, `compact`, `restart`, `dropConnections`, `stop`, `start`, `failNext`,
 * `setToken`, `forbid`, `bookmark`, `endWatches`, `errorFrame`, `raw`. Agents can run in other processes: give them
 * `files.kubeconfig`, or `files.serviceAccountFolder` for the way in from a pod.
 *
 * @example
 * const kubernetes = await FakeKubernetes.start();
 * kubernetes.put(aPod({ name: 'web' }));
 * …
 * await kubernetes.close();
 */
export class FakeKubernetes {
  readonly requests: RequestRecord[] = [];
  /** TLS connections that were made. */
  connections = 0;
  readonly #folder: string;
  readonly #certificates: Certificates;
  readonly #store: VersionedStore;
  readonly #watchers = new Set<Watcher>();
  readonly #sockets = new Set<Socket>();
  readonly #bookmarkEveryMs: number | undefined;
  /** By `namespace/pod/container`, with the times that the kubelet writes before each line. */
  readonly previousLogs = new Map<string, string>();
  readonly #failures: { -readonly [K in keyof OrderedFailure]: OrderedFailure[K] }[] = [];
  #server: Server | undefined;
  #bookmarks: NodeJS.Timeout | undefined;
  #token: string;
  #forbidden = new Set<Resource>();
  #port: number;
  #files: AccessFiles | undefined;

  /** Starts one on a free port of loopback. */
  static async start(options: FakeKubernetesOptions = {}): Promise<FakeKubernetes> {
    const fake = new FakeKubernetes(options);
    await fake.start();
    return fake;
  }

  private constructor(options: FakeKubernetesOptions) {
    this.#folder = mkdtempSync(join(tmpdir(), 'fake-kubernetes-'));
    this.#certificates = makeCertificates(this.#folder);
    const { firstVersion = 1000, keepChanges = 100_000 } = options;
    this.#store = new VersionedStore({ firstVersion, keepChanges });
    this.#token = options.token ?? randomUUID();
    this.#bookmarkEveryMs = options.bookmarkEveryMs;
    this.#port = options.port ?? 0;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  get token(): string {
    return this.#token;
  }

  /** The version of the last write. */
  get version(): string {
    return String(this.#store.version);
  }

  /** Kubeconfig files and a service account folder; they are gone after `close`. */
  get files(): AccessFiles {
    this.#files ??= writeAccessFiles(this.#folder, this.url, this.#token, this.#certificates);
    return this.#files;
  }

  /** The watches that stand. */
  get watches(): readonly Watcher[] {
    return Array.from(this.#watchers);
  }

  /** Listens again, on the same port as before; what was stored is still there. */
  async start(): Promise<void> {
    const { server: identity, ca } = this.#certificates;
    const { cert, key } = identity;
    const tls = { cert, key, ca, requestCert: true, rejectUnauthorized: false };
    const server = createServer({ ...tls, keepAliveTimeout: 120_000 }, (request, response) =>
      this.#answer(request, response),
    );
    server.on('secureConnection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // Dropped connections are part of the play.
      socket.on('error', () => socket.destroy());
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    if (this.#bookmarkEveryMs !== undefined) {
      this.#bookmarks = setInterval(() => this.bookmark(), this.#bookmarkEveryMs).unref();
    }
  }

  /** Is out of reach from now on: connections break, new ones are refused. */
  async stop(): Promise<void> {
    clearInterval(this.#bookmarks);
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    this.dropConnections();
    await closed;
  }

  /** Stops for good and removes its files. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Makes an object, or changes the one of the same UID. Gives it as it is stored. */
  put(object: KubernetesObject): KubernetesObject {
    return this.#publish(this.#store.put(resourceOf(object), object));
  }

  /** Changes a stored pod or Event: `change` gives the new content from the old. */
  update(
    resource: Resource,
    namespace: string,
    name: string,
    change: (object: KubernetesObject) => KubernetesObject,
  ): KubernetesObject {
    return this.put(change(this.get(resource, namespace, name)));
  }

  /** Removes a stored pod or Event. Gives it as the watch tells it. */
  delete(resource: Resource, namespace: string, name: string): KubernetesObject {
    return this.#publish(this.#store.delete(resource, `${namespace}/${name}`));
  }

  /** Removes a pod as `kubectl delete --force` does: it is marked first, with no time left, and gone at once. */
  forceDeletePod(namespace: string, name: string): KubernetesObject {
    this.update('pods', namespace, name, (pod) => ({
      ...pod,
      metadata: {
        ...pod.metadata,
        deletionTimestamp: wholeSecondOf(new Date()),
        deletionGracePeriodSeconds: 0,
      },
    }));
    return this.delete('pods', namespace, name);
  }

  get(resource: Resource, namespace: string, name: string): KubernetesObject {
    const object = this.#store.get(resource, `${namespace}/${name}`);
    if (object === undefined) throw new Error(`there is no ${resource} ${namespace}/${name}`);
    return object;
  }

  all(resource: Resource): readonly KubernetesObject[] {
    return this.#store.stateAt(resource, this.#store.version);
  }

  /**
   * Forgets all older versions, as etcd does every five minutes: watches from before are expired. Lists go on page by
   * page all the same, from the server's own snapshots (KEP-4988, as seen of 1.37); with `expirePages` they do not, as
   * before Kubernetes 1.34.
   */
  compact({ expirePages = false } = {}): void {
    if (expirePages) this.#store.compact();
    else this.#store.expireWatches();
  }

  /**
   * Restarts the server's process: connections break, and it begins with an empty watch cache, so that a watch from an
   * older version is expired although nothing was compacted.
   */
  async restart(): Promise<void> {
    await this.stop();
    this.#store.expireWatches();
    await this.start();
  }

  /** Sends a bookmark with the version of now to every watch that asked for some. */
  bookmark(): void {
    for (const watcher of this.#watchers) watcher.bookmark();
  }

  /** Cuts every connection, in the midst of whatever it carries. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends every watch as if its time was over. */
  endWatches(): void {
    for (const watcher of this.#watchers) watcher.end();
  }

  /** Sends an ERROR frame with a `Status` of this code on every watch, and ends it. */
  errorFrame(code: number): void {
    for (const watcher of this.#watchers) {
      watcher.fail(ordered(code));
      watcher.end();
    }
  }

  /** Sends these bytes on every watch. */
  raw(bytes: string | Uint8Array): void {
    for (const watcher of this.#watchers) watcher.raw(bytes);
  }

  failNext(failure: OrderedFailure): void {
    this.#failures.push({ ...failure });
  }

  /** Only this token is accepted from now on. `files` have it as well, unless they are to stay as they are. */
  setToken(token: string, { keepFiles = false } = {}): void {
    this.#token = token;
    if (!keepFiles) this.#files = writeAccessFiles(this.#folder, this.url, token, this.#certificates);
  }

  /** Answers 403 to every request for these, until `allow`. */
  forbid(...resources: Resource[]): void {
    this.#forbidden = new Set(resources);
  }

  allow(): void {
    this.#forbidden.clear();
  }

  #publish(change: Change): KubernetesObject {
    for (const watcher of this.#watchers) watcher.tell(change);
    return change.object;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    const [, group, namespace, word = '', name] =
      /^\/(api\/v1|apis\/coordination\.k8s\.io\/v1)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(
        url.pathname,
      ) ?? [];
    const isWatch = ['true', '1'].includes(url.searchParams.get('watch') ?? '');
    const verb = verbOf(request.method, name, isWatch);
    const record = (resource: Resource, status: RequestRecord['status']) =>
      this.requests.push({ verb, resource, query: Object.fromEntries(url.searchParams), status });
    const resource = isResource(word) && groupOf(word) === group ? word : undefined;
    try {
      this.#authenticate(request);
      const [, ofNamespace, ofPod] = LOG_PATH.exec(url.pathname) ?? [];
      if (ofPod !== undefined) {
        this.#previousLog(`${ofNamespace ?? ''}/${ofPod}`, url.searchParams, response);
        return;
      }
      if (resource === undefined) throw notFound();
      if (this.#forbidden.has(resource)) {
        throw forbidden('system:serviceaccount:podlapse:podlapse-agent', verb, resource, namespace);
      }
      const failure = this.#takeFailure(verb);
      if (failure?.status === 'reset') {
        record(resource, 'reset');
        request.socket.destroy();
        return;
      }
      if (failure?.status === 'hang') {
        record(resource, 'hang');
        return;
      }
      if (failure !== undefined) throw ordered(failure.status, failure.retryAfter);
      if (verb === 'create' || verb === 'update') {
        void this.#write(resource, namespace ?? '', name, request, response, (status) =>
          record(resource, status),
        );
        return;
      }
      record(resource, 200);
      if (name !== undefined) this.#get(resource, namespace, name, response);
      else if (isWatch) this.#watch(resource, namespace, url.searchParams, response);
      else this.#list(resource, namespace, url.searchParams, response);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (resource !== undefined) record(resource, error.code);
      refuse(response, error);
    }
  }

  #previousLog(pod: string, query: URLSearchParams, response: ServerResponse): void {
    const log = this.previousLogs.get(`${pod}/${query.get('container') ?? ''}`);
    if (log === undefined || query.get('previous') !== 'true') throw notFound();
    const lines = log.split('\n').filter((line) => line !== '');
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(
      lines
        .slice(-Number(query.get('tailLines')))
        .map((line) => `${line}\n`)
        .join(''),
    );
  }

  #authenticate({ headers, socket }: IncomingMessage): void {
    if (headers.authorization === `Bearer ${this.#token}`) return;
    if (headers.authorization === undefined && (socket as TLSSocket).authorized) return;
    throw unauthorized();
  }

  #takeFailure(verb: Verb): OrderedFailure | undefined {
    const index = this.#failures.findIndex((one) => one.verb === undefined || one.verb === verb);
    const failure = this.#failures[index];
    if (failure === undefined) return undefined;
    if ((failure.after ?? 0) > 0) {
      failure.after = (failure.after ?? 0) - 1;
      return undefined;
    }
    failure.times = (failure.times ?? 1) - 1;
    if (failure.times <= 0) this.#failures.splice(index, 1);
    return failure;
  }

  #get(resource: Resource, namespace: string | undefined, name: string, response: ServerResponse): void {
    const object = this.#store.get(resource, `${namespace ?? ''}/${name}`);
    if (object === undefined) throw notFound(resource, name);
    send(response, 200, {
      kind: RESOURCES[resource],
      apiVersion: resource === 'leases' ? 'coordination.k8s.io/v1' : 'v1',
      ...object,
    });
  }

  async #write(
    resource: Resource,
    namespace: string,
    name: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
    record: (status: number) => void,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const sent = JSON.parse(Buffer.concat(chunks).toString('utf8')) as KubernetesObject;
    const key = `${namespace}/${name ?? sent.metadata.name}`;
    const stored = this.#store.get(resource, key);
    try {
      if (resource !== 'leases') throw forbidden('the fake', 'write', resource);
      if (name === undefined && stored !== undefined) throw alreadyExists(resource, sent.metadata.name);
      if (name !== undefined && stored === undefined) throw notFound(resource, name);
      const { resourceVersion } = sent.metadata;
      if (stored !== undefined && resourceVersion !== stored.metadata.resourceVersion) {
        throw conflict(resource, sent.metadata.name);
      }
      const metadata = { ...sent.metadata, namespace, uid: stored?.metadata.uid ?? randomUUID() };
      const status = stored === undefined ? 201 : 200;
      record(status);
      send(response, status, this.put({ ...sent, metadata }));
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      record(error.code);
      refuse(response, error);
    }
  }

  #list(
    resource: Resource,
    namespace: string | undefined,
    query: URLSearchParams,
    response: ServerResponse,
  ): void {
    const hasSelector = (query.get('fieldSelector') ?? '') !== '';
    const selects = selector(resource, namespace, query);
    send(response, 200, list(this.#store, { resource, selects, hasSelector, query }));
  }

  #watch(
    resource: Resource,
    namespace: string | undefined,
    query: URLSearchParams,
    response: ServerResponse,
  ): void {
    const watcher = new Watcher(
      { resource, selects: selector(resource, namespace, query), query },
      response,
      this.#store,
    );
    this.#watchers.add(watcher);
    const seconds = Number(query.get('timeoutSeconds') ?? '1800');
    const timer = setTimeout(() => {
      // The real server sends one shortly before the end, so that the next watch goes on from now.
      watcher.bookmark();
      watcher.end();
    }, seconds * 1000).unref();
    response.on('close', () => {
      clearTimeout(timer);
      this.#watchers.delete(watcher);
    });
    watcher.begin();
  }
}

function selector(resource: Resource, namespace: string | undefined, query: URLSearchParams) {
  const selects = fieldSelector(resource, query.get('fieldSelector') ?? '');
  return (object: KubernetesObject) =>
    (namespace === undefined || object.metadata.namespace === namespace) && selects(object);
}

function verbOf(method: string | undefined, name: string | undefined, isWatch: boolean): Verb {
  if (method === 'POST') return 'create';
  if (method === 'PUT') return 'update';
  if (name !== undefined) return 'get';
  return isWatch ? 'watch' : 'list';
}

function groupOf(resource: Resource): string {
  return resource === 'leases' ? 'apis/coordination.k8s.io/v1' : 'api/v1';
}

function refuse(response: ServerResponse, { code, body, retryAfterSeconds }: StatusError): void {
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  send(response, code, body, headers);
}

const LOG_PATH = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/log$/;

function isResource(word: string): word is Resource {
  return Object.hasOwn(RESOURCES, word);
}

function resourceOf(object: KubernetesObject): Resource {
  const found = Object.entries(RESOURCES).find(([, kind]) => kind === object['kind']);
  if (found === undefined)
    throw new Error(`${keyOf(object)} is of kind ${String(object['kind'])}, which is not served`);
  return found[0] as Resource;
}

function send(
  response: ServerResponse,
  code: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(code, {
    ...headers,
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

function wholeSecondOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
