/** What `kubectl get pods --watch` shows of a namespace, as the table that people read and as the objects behind it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { kubectlEnvironment } from '../kubectl.ts';
import type { LabState } from '../state.ts';

/** The part of a container status that scenarios look at. */
export interface SeenStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly state?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The part of a pod that scenarios look at. */
export interface SeenPod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly status: {
    readonly phase?: string;
    readonly initContainerStatuses?: readonly SeenStatus[];
    readonly containerStatuses?: readonly SeenStatus[];
    readonly ephemeralContainerStatuses?: readonly SeenStatus[];
  };
}

/** One line of the table. */
export interface TableLine {
  readonly event: string;
  readonly name: string;
  readonly ready: string;
  readonly status: string;
  readonly restarts: number;
  /** As printed, without the column of watch events. */
  readonly text: string;
}

export const statusesOf = ({ status }: SeenPod): readonly SeenStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
  ...(status.ephemeralContainerStatuses ?? []),
];

export const bareId = (containerId: string | undefined): string | undefined =>
  containerId?.replace(/^[a-z-]+:\/\//, '');

/** The UID on the pod's containers: of a static pod it is not that of its mirror in the API. */
export const runtimeUid = ({ metadata }: SeenPod): string =>
  metadata.annotations?.['kubernetes.io/config.mirror'] ?? metadata.uid;

export class KubectlSight {
  readonly lines: TableLine[] = [];
  readonly #lab: LabState;
  readonly #namespace: string;
  /** The latest of each pod by UID, gone ones too, in the order of their coming. */
  readonly #pods = new Map<string, SeenPod>();
  readonly #gone = new Set<string>();
  /** By container ID, the count with which a status first showed it as the current one. */
  readonly #counts = new Map<string, number>();
  readonly #children = new Set<ChildProcess>();
  #stopped = false;
  #changedMs = Date.now();

  constructor(lab: LabState, namespace: string) {
    this.#lab = lab;
    this.#namespace = namespace;
  }

  start(): void {
    this.#follow(['--output-watch-events'], (line) => this.#readTable(line));
    this.#follow(['--output-watch-events', '-o', 'json'], (line) => this.#readObject(line));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(
      [...this.#children].map(async (child) => {
        const closed = once(child, 'close');
        child.kill('SIGTERM');
        await closed;
      }),
    );
  }

  get changedMs(): number {
    return this.#changedMs;
  }

  get pods(): readonly SeenPod[] {
    return [...this.#pods.values()];
  }

  get living(): readonly SeenPod[] {
    return this.pods.filter(({ metadata }) => !this.#gone.has(metadata.uid));
  }

  pod(uid: string): SeenPod | undefined {
    return this.#pods.get(uid);
  }

  /** `restartCount` as first shown with that container; undefined if no status ever named it. */
  countOf(containerId: string): number | undefined {
    return this.#counts.get(containerId);
  }

  /** RESTARTS in the last line about the pod; its name may have been another pod's before. */
  restartsOf(uid: string): number | undefined {
    const name = this.#pods.get(uid)?.metadata.name;
    const namesakes = this.pods.filter(({ metadata }) => metadata.name === name);
    const place = namesakes.findIndex(({ metadata }) => metadata.uid === uid);
    let deletions = 0;
    let restarts: number | undefined;
    for (const line of this.lines) {
      if (line.name !== name) continue;
      if (deletions === place) restarts = line.restarts;
      if (line.event === 'DELETED') deletions += 1;
    }
    return restarts;
  }

  /** An API server that goes away ends the watch; it is taken up again. */
  #follow(args: readonly string[], read: (line: string) => void): void {
    const all = ['get', 'pods', '--namespace', this.#namespace, '--watch', ...args];
    const child = spawn(this.#lab.kubectl, all, {
      env: kubectlEnvironment(this.#lab),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#children.add(child);
    createInterface({ input: child.stdout }).on('line', read);
    child.on('close', () => {
      this.#children.delete(child);
      if (!this.#stopped) this.#follow(args, read);
    });
  }

  #readTable(text: string): void {
    const [, event, rest = ''] = /^(ADDED|MODIFIED|DELETED)\s+(.*)$/.exec(text) ?? [];
    const [, name, ready, status, restarts] = /^(\S+)\s+(\S+)\s+(\S+)\s+(\d+)/.exec(rest) ?? [];
    if (event === undefined || name === undefined || ready === undefined || status === undefined) return;
    this.lines.push({ event, name, ready, status, restarts: Number(restarts), text: rest.trimEnd() });
  }

  #readObject(line: string): void {
    const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: SeenPod };
    this.#changedMs = Date.now();
    this.#pods.set(object.metadata.uid, object);
    if (type === 'DELETED') this.#gone.add(object.metadata.uid);
    for (const { containerID, restartCount } of statusesOf(object)) {
      const id = bareId(containerID);
      // Not the last: the kubelet raises the count of a container that it is about to replace, or that vanished.
      if (id !== undefined && !this.#counts.has(id)) this.#counts.set(id, restartCount);
    }
  }
}
