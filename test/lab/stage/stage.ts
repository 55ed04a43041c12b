/** What a scenario acts with: kubectl, the runtime and the lab; and where it writes down what it did and what came of it. */
import type { Cause } from '../../../timeline/contract/timeline.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl, tryKubectl } from '../kubectl.ts';
import { LabError } from '../lab-error.ts';
import type { LabState } from '../state.ts';
import type { Deed } from './hands.ts';
import type { RuntimeUnderTest } from './runtime.ts';
import { RuntimeSight, type SeenRun } from './runtime-sight.ts';
import { bareId, KubectlSight, runtimeUid, type SeenPod, statusesOf } from './kubectl-sight.ts';
import type { Recorder } from './recorder.ts';
import type { LedgerEntry, ReplacementCause } from './truth.ts';

/** What the scenario says of restarts: it knows why, since it did it. */
export interface Reason {
  readonly cause: Cause;
  /** Needed where the cause is `unknown`: why it can't be known. */
  readonly why?: string;
  /** What can be known where the runtime is containerd and the kernel tells who sends signals, if that is something else. */
  readonly onContainerd?: { readonly cause: Cause; readonly why?: string };
  /** What is left of it where the kernel is not asked. */
  readonly withoutSignals?: { readonly cause: Cause; readonly why: string };
}

/** A container and the pod that it is of. */
export interface Target {
  readonly pod: SeenPod;
  readonly container: string;
  readonly id: string;
}

interface Verdict {
  readonly uid: string;
  readonly container: string;
  readonly reason: Reason;
  /** Whether it speaks of every restart of the container. */
  readonly always: boolean;
}

const WITHIN_MS = 60_000;
/** The kubelet looks about once a second, and its status reaches the API a moment later. */
const QUIET_MS = 3_000;

export class Stage {
  readonly lab: LabState;
  readonly namespace: string;
  readonly recorder: Recorder;
  readonly ledger: LedgerEntry[] = [];
  /** The runtime's list of containers, looked at all the time. */
  readonly containers: RuntimeSight;
  readonly kubernetes: KubectlSight;
  readonly verdicts: Verdict[] = [];
  readonly replaced = new Map<string, ReplacementCause>();
  readonly gaps = new Map<string, readonly string[]>();
  readonly #runtime: RuntimeUnderTest;
  readonly #signal: AbortSignal;

  constructor(
    lab: LabState,
    namespace: string,
    runtime: RuntimeUnderTest,
    recorder: Recorder,
    signal: AbortSignal,
  ) {
    this.lab = lab;
    this.namespace = namespace;
    this.recorder = recorder;
    this.#runtime = runtime;
    this.containers = new RuntimeSight(runtime.list);
    this.kubernetes = new KubectlSight(lab, namespace);
    this.#signal = signal;
  }

  /** Writes down a deed, at the moment at which it begins. */
  did(what: string): void {
    this.ledger.push({ at: new Date().toISOString(), did: what });
  }

  /** Runs kubectl in the scenario's namespace. */
  kubectl(args: readonly string[], input?: string): Promise<string> {
    return kubectl(this.lab, ['--namespace', this.namespace, ...args], input);
  }

  /** Waits until `condition` gives something. */
  async until<T>(
    what: string,
    condition: () => T | undefined | false | Promise<T | undefined | false>,
    withinMs = WITHIN_MS,
  ): Promise<T> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      this.#signal.throwIfAborted();
      const found = await condition();
      if (found !== undefined && found !== false) return found;
      if (performance.now() > deadline) {
        throw new LabError(`${this.namespace}: waited ${withinMs} ms in vain until ${what}`);
      }
      await sleep(50);
    }
  }

  async pause(durationMs: number): Promise<void> {
    await sleep(durationMs, undefined, { signal: this.#signal });
  }

  /** The living pods whose name begins so and that are not on their way out, oldest first. */
  pods(name: string): readonly SeenPod[] {
    return this.kubernetes.living.filter(
      ({ metadata }) =>
        (metadata.name === name || metadata.name.startsWith(`${name}-`)) &&
        metadata.deletionTimestamp === undefined,
    );
  }

  /** Waits until a container of a pod (the newest whose name begins so) is seen running by kubectl and the runtime. */
  running(name = 'pod', container = 'app'): Promise<Target> {
    return this.until(`container ${container} of pod ${name} runs`, () => {
      const pod = this.pods(name).at(-1);
      const status = pod && statusesOf(pod).find((one) => one.name === container);
      const id = bareId(status?.containerID);
      if (pod === undefined || id === undefined || status?.state?.['running'] === undefined) return undefined;
      const isReady = status.ready || status.started === undefined || status.started;
      const seen = this.containers.runsOf(runtimeUid(pod), container).findLast((run) => run.id === id);
      return isReady && seen?.startedByMs !== undefined && seen.endedByMs === undefined
        ? { pod, container, id }
        : undefined;
    });
  }

  /** The sandbox that the pod has now. */
  sandbox(pod: SeenPod): Target {
    const run = this.containers
      .runsOf(runtimeUid(pod), 'POD')
      .findLast(({ endedByMs }) => endedByMs === undefined);
    if (run === undefined) throw new LabError(`pod ${pod.metadata.name} has no sandbox`);
    return { pod, container: 'POD', id: run.id };
  }

  /** Does something to a container through its runtime, and writes it down. */
  async toContainer(deed: Deed, { pod, container, id }: Target, signalName?: string): Promise<void> {
    const role = container === 'POD' ? 'sandbox' : 'container';
    const whom = role === 'sandbox' ? 'the sandbox' : `container ${container}`;
    const { hands } = this.#runtime;
    this.did(`${hands.command(deed, role, signalName)}: ${whom} of pod ${pod.metadata.name}`);
    const fromMs = Date.now();
    await hands.do(deed, id, role, signalName);
    if (deed === 'restart') this.containers.again(id, fromMs, Date.now());
  }

  /** The first process of a container, as the node numbers it. */
  pidOf({ id }: Target): Promise<number> {
    return this.#runtime.hands.pidOf(id);
  }

  /** Runs the test program's subcommand in a container. */
  async inside({ pod, container }: Target, ...command: readonly string[]): Promise<void> {
    this.did(`in container ${container} of pod ${pod.metadata.name}: ${command.join(' ')}`);
    await this.kubectl(['exec', pod.metadata.name, '-c', container, '--', '/probe-me', ...command]);
  }

  /** The same for a command that ends a process: the answer may die with it, so what follows is the proof. */
  async insideToItsEnd({ pod, container }: Target, ...command: readonly string[]): Promise<void> {
    const { name } = pod.metadata;
    this.did(`in container ${container} of pod ${name}: ${command.join(' ')}`);
    const to = ['exec', name, '-c', container, '--', '/probe-me', ...command];
    await tryKubectl(this.lab, ['--namespace', this.namespace, ...to]);
  }

  /** Waits for the next restart of a container, and says why it came; gives the container that runs now. */
  async restarted(
    { pod, container }: Pick<Target, 'pod' | 'container'>,
    reason: Reason,
    withinMs?: number,
  ): Promise<Target> {
    const { uid, name } = pod.metadata;
    const nth =
      1 + this.verdicts.filter((verdict) => verdict.uid === uid && verdict.container === container).length;
    const run = await this.until(
      `container ${container} of pod ${name} was restarted ${nth} times`,
      () => {
        const found = this.containers.runsOf(runtimeUid(pod), container)[nth];
        return found?.startedByMs !== undefined && found;
      },
      withinMs,
    );
    this.verdicts.push({ uid, container, reason: this.#told(reason), always: false });
    await this.until(`kubectl shows restart ${nth} of container ${container} of pod ${name}`, () => {
      if (this.kubernetes.countOf(run.id) === undefined) return false;
      const status = this.#statusNow(uid, container);
      const isCurrent = bareId(status?.containerID) === run.id;
      return !isCurrent || status?.state?.['running'] !== undefined || this.#hasEnded(run);
    });
    return { pod: this.kubernetes.pod(uid) ?? pod, container, id: run.id };
  }

  /** Says why every restart of a container came, and waits until there were so many. */
  async keepsRestarting(
    { pod, container }: Pick<Target, 'pod' | 'container'>,
    times: number,
    reason: Reason,
    withinMs = WITHIN_MS,
  ): Promise<void> {
    const { uid, name } = pod.metadata;
    this.verdicts.push({ uid, container, reason: this.#told(reason), always: true });
    await this.until(
      `container ${container} of pod ${name} was restarted ${times} times`,
      () => this.containers.runsOf(runtimeUid(pod), container)[times]?.startedByMs !== undefined,
      withinMs,
    );
  }

  /** Says that a pod had to go and why, and that another one of its workload took its place. */
  replacedBecause({ metadata: { uid } }: SeenPod, cause: ReplacementCause): void {
    this.replaced.set(uid, cause);
  }

  /** Says which sources were not watched all through the pod's life. */
  unwatched({ metadata: { uid } }: SeenPod, ...sources: readonly string[]): void {
    const isDocker = this.lab.runtime === 'docker';
    this.gaps.set(
      uid,
      sources.map((source) => (source === 'docker' && !isDocker ? 'cri' : source)),
    );
  }

  /** Waits until neither kubectl nor the runtime has shown a change for a while. */
  async quiet(quietMs = QUIET_MS, withinMs = WITHIN_MS): Promise<void> {
    await this.until(
      'all is quiet',
      () => Date.now() - Math.max(this.containers.changedMs, this.kubernetes.changedMs) > quietMs,
      withinMs,
    );
  }

  /** The reason as the lab's runtime lets it be known. */
  #told({ onContainerd, withoutSignals, ...reason }: Reason): Reason {
    if (this.lab.runtime !== 'containerd') return reason;
    return { ...(onContainerd ?? reason), ...(withoutSignals === undefined ? {} : { withoutSignals }) };
  }

  #statusNow(uid: string, container: string) {
    const pod = this.kubernetes.pod(uid);
    return pod && statusesOf(pod).find(({ name }) => name === container);
  }

  #hasEnded(run: SeenRun): boolean {
    return run.endedByMs !== undefined;
  }
}
