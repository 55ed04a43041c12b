// Plays the kubelet of one pod, as one of 2020 with dockershim: makes its sandbox and its container in a real Docker
// Engine, and writes what it sees to a fake API server. What it does not know of (a container that someone removed) it
// does only when told to look.
import { aboutPod, anEvent, aPod } from './builders.ts';
import type { DockerEngine } from './docker-engine.ts';
import type { FakeKubernetes } from './fake-kubernetes/fake-kubernetes.ts';
import type { KubernetesObject } from './fake-kubernetes/kubernetes-object.ts';

const NODE = 'node2';
const IMAGE = 'httpd';

interface Known {
  readonly id: string;
  readonly attempt: number;
  readonly startedAt: string;
}

export class PretendKubelet {
  readonly #engine: DockerEngine;
  readonly #kubernetes: FakeKubernetes;
  readonly #pod: KubernetesObject;
  readonly #container: string;
  readonly #counts = new Map<string, { count: number; firstTimestamp: string }>();
  sandbox: { readonly id: string; readonly attempt: number } | undefined;
  app: Known | undefined;

  constructor(
    engine: DockerEngine,
    kubernetes: FakeKubernetes,
    names: { namespace: string; pod: string; container: string },
  ) {
    this.#engine = engine;
    this.#kubernetes = kubernetes;
    this.#container = names.container;
    this.#pod = kubernetes.put(
      aPod({
        name: names.pod,
        namespace: names.namespace,
        node: NODE,
        phase: 'Pending',
        createdAt: second(),
        ownerReferences: [],
        containers: [{ name: names.container, image: IMAGE }],
        containerStatuses: [this.#status({ state: { waiting: { reason: 'ContainerCreating' } } })],
      }),
    );
  }

  get uid(): string {
    return this.#pod.metadata.uid;
  }

  /** @param attempt what the kubelet numbers it: from 0 again where Docker lists no older one */
  async makeSandbox(attempt: number): Promise<void> {
    const id = await this.#engine.runAsKubelet({ pod: this.#names(), container: 'POD', attempt });
    this.sandbox = { id, attempt };
  }

  async makeApp(attempt: number): Promise<void> {
    const sandboxId = this.sandbox?.id ?? '';
    const last = this.app;
    const id = await this.#engine.runAsKubelet({
      pod: this.#names(),
      container: this.#container,
      attempt,
      sandboxId,
    });
    this.app = { id, attempt, startedAt: second() };
    this.say('Started', `Started container ${this.#container}`);
    this.#write('Running', {
      containerID: `docker://${id}`,
      ready: true,
      started: true,
      restartCount: attempt,
      state: { running: { startedAt: this.app.startedAt } },
      lastState: last === undefined || last.attempt === attempt ? {} : { terminated: ended(last) },
    });
  }

  /** Finds no container at all where there was one. */
  seeNothing(): void {
    this.#write('Running', { state: { waiting: { reason: 'ContainerCreating' } } });
  }

  /** Finds the container ended, with exit code 0. */
  seeCompleted(): void {
    const { app } = this;
    if (app === undefined) throw new Error('there is no container to be seen');
    this.#write('Running', {
      containerID: `docker://${app.id}`,
      restartCount: app.attempt,
      state: { terminated: ended(app) },
    });
  }

  /** Ends the container because its sandbox is gone, as the kubelet does: it says so, then stops it through Docker. */
  async stopApp(): Promise<void> {
    this.say('Killing', `Stopping container ${this.#container}`);
    await this.#engine.docker('stop', this.app?.id ?? '');
  }

  /** Tells a Kubernetes Event; alike ones are folded into one with a count. */
  say(reason: string, message: string): void {
    const lastTimestamp = second();
    const { count, firstTimestamp } = this.#counts.get(reason) ?? { count: 0, firstTimestamp: lastTimestamp };
    this.#counts.set(reason, { count: count + 1, firstTimestamp });
    const { namespace } = this.#names();
    this.#kubernetes.put(
      anEvent({
        name: `${this.#pod.metadata.name}.${reason.toLowerCase()}`,
        namespace,
        reason,
        message,
        type: 'Normal',
        about: aboutPod(this.#pod),
        count: count + 1,
        firstTimestamp,
        lastTimestamp,
        host: NODE,
        ...(reason === 'SandboxChanged' ? {} : { container: this.#container }),
      }),
    );
  }

  #write(phase: string, status: Readonly<Record<string, unknown>>): void {
    const { namespace, name } = this.#names();
    this.#kubernetes.update('pods', namespace, name, (pod) => ({
      ...pod,
      status: { ...(pod['status'] as object), phase, containerStatuses: [this.#status(status)] },
    }));
  }

  #status(parts: Readonly<Record<string, unknown>>) {
    return {
      name: this.#container,
      image: IMAGE,
      imageID: '',
      ready: false,
      started: false,
      restartCount: 0,
      lastState: {},
      ...parts,
    };
  }

  #names() {
    const { namespace, name, uid } = this.#pod.metadata;
    return { namespace, name, uid };
  }
}

function ended({ id, startedAt }: Known) {
  return { exitCode: 0, reason: 'Completed', startedAt, finishedAt: second(), containerID: `docker://${id}` };
}

function second(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
