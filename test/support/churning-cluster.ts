// A fake cluster in which things happen, that remembers the id of every event that an agent must record of it.
import { aContainerStatus, anEvent, aboutPod, aPod } from './builders.ts';
import type { FakeKubernetes } from './fake-kubernetes/fake-kubernetes.ts';
import type { KubernetesObject } from './fake-kubernetes/kubernetes-object.ts';
import { setTimeout as delay } from 'node:timers/promises';

const NAMESPACE = 'shop';
/** One whose own events nobody watches, so that they are missing nowhere. */
const RUNTIME = 'pretend';

export class ChurningCluster {
  /** Of everything that happened since it was made. */
  readonly expected = new Set<string>();
  readonly uids = new Set<string>();
  readonly #kubernetes: FakeKubernetes;
  readonly #restarts = new Map<string, number>();
  #made = 0;

  constructor(kubernetes: FakeKubernetes) {
    this.#kubernetes = kubernetes;
  }

  /** A pod of another UID each time. */
  create(name: string): void {
    this.#made += 1;
    const uid = `${name}-${this.#made}`;
    this.uids.add(uid);
    this.#restarts.set(name, 0);
    this.#expectPod(
      this.#kubernetes.put(
        aPod({
          name,
          namespace: NAMESPACE,
          uid,
          createdAt: new Date().toISOString(),
          containerStatuses: [aContainerStatus({ runtime: RUNTIME })],
        }),
      ),
    );
  }

  restart(name: string): void {
    const restartCount = (this.#restarts.get(name) ?? 0) + 1;
    this.#restarts.set(name, restartCount);
    const containerStatuses = [aContainerStatus({ runtime: RUNTIME, restartCount })];
    this.#expectPod(
      this.#kubernetes.update('pods', NAMESPACE, name, (pod) => ({
        ...pod,
        status: { ...(pod['status'] as object), containerStatuses },
      })),
    );
  }

  delete(name: string): void {
    this.#expectPod(this.#kubernetes.delete('pods', NAMESPACE, name));
  }

  event(name: string): void {
    this.#made += 1;
    const about = aboutPod(this.#kubernetes.get('pods', NAMESPACE, name));
    const stored = this.#kubernetes.put(
      anEvent({ name: `${name}.${this.#made}`, namespace: NAMESPACE, about }),
    );
    this.expected.add(`event/${stored.metadata.uid}/${stored.metadata.resourceVersion ?? ''}`);
  }

  /** Something happens about every `everyMs`, to any of these, until `signal` is aborted. */
  async churn(names: readonly string[], everyMs: number, signal: AbortSignal): Promise<void> {
    for (const name of names) this.create(name);
    while (!signal.aborted) {
      const name = names[Math.floor(Math.random() * names.length)] ?? '';
      const chance = Math.random();
      if (chance < 0.7) this.restart(name);
      else if (chance < 0.9) this.event(name);
      else {
        this.delete(name);
        this.create(name);
      }
      await delay(everyMs);
    }
  }

  #expectPod({ metadata }: KubernetesObject): void {
    this.expected.add(`pod/${metadata.uid}/${metadata.resourceVersion ?? ''}`);
  }
}
