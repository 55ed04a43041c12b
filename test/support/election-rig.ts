import { onTestFinished } from 'vitest';
import type { LeaseStore } from '../../agent/election/lease-store.ts';
import { createLeaseStore } from '../../agent/election/lease-store.ts';
import { runElected } from '../../agent/election/run-elected.ts';
import { findKubernetes } from '../../agent/sources/find-kubernetes.ts';
import {
  KubernetesCredentialsError,
  KubernetesUnreachableError,
} from '../../agent/sources/kubernetes-api.ts';
import { createKubernetesClient } from '../../agent/sources/kubernetes-client.ts';
import type { Happening } from '../../agent/telemetry/happening.ts';
import type { FakeKubernetes } from './fake-kubernetes/fake-kubernetes.ts';
import { ManualClock } from './manual-clock.ts';
import { until } from './until.ts';

export const LEASE = { namespace: 'podlapse', name: 'agent-leader' };

/** One replica against a fake API server, with a clock of its own: one that stands still is a stopped process. */
export class Candidate {
  readonly identity: string;
  readonly clock = new ManualClock();
  readonly told: Happening[] = [];
  isLeading = false;
  /** The time of its leading, in its own steady time. */
  readonly reigns: { readonly fromMs: number; toMs: number | undefined }[] = [];
  readonly ended: Promise<void>;
  #isCutOff = false;
  #inFlight = 0;
  #isDone = false;
  readonly #stop = new AbortController();

  static async start(
    kubernetes: FakeKubernetes,
    identity: string,
    options: CandidateOptions = {},
  ): Promise<Candidate> {
    const { kubeconfig } = kubernetes.files;
    const credentials = await findKubernetes({ kubeconfigPath: kubeconfig, environment: {} });
    if (credentials === undefined) throw new KubernetesCredentialsError('the fake has no kubeconfig');
    const client = createKubernetesClient({ credentials });
    const candidate = new Candidate(identity, createLeaseStore(client, LEASE), options);
    onTestFinished(async () => {
      candidate.stop();
      await candidate.ended.catch(() => undefined);
      client.close();
    });
    await candidate.settled();
    return candidate;
  }

  private constructor(
    identity: string,
    store: LeaseStore,
    { wallMs = 0, lead, random = 0.5 }: CandidateOptions,
  ) {
    this.identity = identity;
    this.ended = runElected(
      {
        store: this.#watched(store),
        identity,
        lease: `${LEASE.namespace}/${LEASE.name}`,
        steady: this.clock,
        now: () => this.clock.now() + wallMs,
        random: () => random,
        tell: (happening) => this.told.push(happening),
      },
      async (signal) => {
        this.isLeading = true;
        const reign = { fromMs: this.clock.now(), toMs: undefined as number | undefined };
        this.reigns.push(reign);
        try {
          await (lead?.(signal) ?? untilAborted(signal));
        } finally {
          this.isLeading = false;
          reign.toMs = this.clock.now();
        }
      },
      this.#stop.signal,
    ).finally(() => {
      this.#isDone = true;
    });
    // A failure is the test's to await.
    this.ended.catch(() => undefined);
  }

  /** Waits until it only waits for time to pass. */
  async settled(): Promise<void> {
    await until(
      `${this.identity} waits`,
      () => this.#isDone || (this.#inFlight === 0 && this.clock.sleeping.length > 0),
    );
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Every request fails from now on, or no longer. */
  cutOff(isCutOff: boolean): void {
    this.#isCutOff = isCutOff;
  }

  #watched(store: LeaseStore): LeaseStore {
    const count = async <T>(work: () => Promise<T>): Promise<T> => {
      if (this.#isCutOff) throw new KubernetesUnreachableError('cut off');
      this.#inFlight += 1;
      try {
        return await work();
      } finally {
        this.#inFlight -= 1;
      }
    };
    return {
      get: (signal) => count(() => store.get(signal)),
      create: (object, signal) => count(() => store.create(object, signal)),
      update: (object, signal) => count(() => store.update(object, signal)),
    };
  }
}

export interface CandidateOptions {
  /** How far its time of day is off. */
  readonly wallMs?: number;
  /** What it does while it leads; default: nothing, until it is to end. */
  readonly lead?: (signal: AbortSignal) => Promise<void>;
  readonly random?: number;
}

/** Lets time pass for these, a quarter of a second at a time, and looks at them after each. */
export async function pass(
  candidates: readonly Candidate[],
  durationMs: number,
  look: (passedMs: number) => void = () => undefined,
): Promise<void> {
  for (let passedMs = 250; passedMs <= durationMs; passedMs += 250) {
    for (const { clock } of candidates) clock.advance(250);
    for (const candidate of candidates) await candidate.settled();
    look(passedMs);
  }
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
