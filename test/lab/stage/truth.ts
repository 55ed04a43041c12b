/** What a scenario knows to have happened, from what it did and from what kubectl and the runtime showed to anyone. */
import type { Cause } from '../../../timeline/contract/timeline.ts';

/** Why a pod took the place of another one of its workload, in the contract's words. */
export type ReplacementCause =
  | 'rollout'
  | 'scaled'
  | 'evicted'
  | 'preempted'
  | 'drained'
  | 'deleted'
  | 'node-lost'
  | 'completed'
  | 'unknown';

/** One restart that took place. */
export interface TruthRestart {
  readonly container: string;
  /** `unknown` where what Kubernetes and Docker told leaves it open; then `why` says so. */
  readonly cause: Cause;
  readonly why?: string;
  /** On containerd: what is left of it where the kernel does not tell who sent signals, and why; absent for the same. */
  readonly withoutSignals?: { readonly cause: Cause; readonly why: string };
  /** Whether RESTARTS of `kubectl get pods` went up for it. */
  readonly counted: boolean;
  /** Between what the looks at Docker's list allow: no longer, no shorter than this. */
  readonly downtimeMs: { readonly min: number; readonly max: number };
}

/** One pod of the scenario. */
export interface TruthPod {
  readonly namespace: string;
  readonly name: string;
  /** As the API gives it. */
  readonly uid: string;
  /** Of a static pod: what its containers and Events carry instead, the hash of its manifest. */
  readonly uidOnNode?: string;
  /** How many times each container ran. */
  readonly runs: Readonly<Record<string, number>>;
  /** In the order in which the new runs were first seen. */
  readonly restarts: readonly TruthRestart[];
  /** RESTARTS as `kubectl get pods` last showed it before the scenario was cleared away. */
  readonly kubectlRestarts: number;
  /** The sources that were not watched all its life; absent for none. */
  readonly gaps?: readonly string[];
  /** Why it had to go and another one of its workload came; absent if it did not. */
  readonly replacedBecause?: ReplacementCause;
}

export interface LedgerEntry {
  readonly at: string;
  readonly did: string;
}

export interface Truth {
  readonly scenario: string;
  readonly title: string;
  /** What is worth knowing before reading on, in one or two sentences. */
  readonly note?: string;
  readonly versions: {
    readonly kubernetes: string;
    readonly docker?: string;
    readonly criDockerd?: string;
    readonly containerd?: string;
  };
  readonly pods: readonly TruthPod[];
  readonly ledger: readonly LedgerEntry[];
  /** The lines of `kubectl get pods --watch`, without those that differ from the one before by AGE alone. */
  readonly kubectl: readonly string[];
  /** Reasons of the Kubernetes Events about the pods, with how often each was raised. */
  readonly events: Readonly<Record<string, number>>;
  /** Docker's events as `app#1 die(137)`: container and attempt, action, exit code or signal. */
  readonly docker?: readonly string[];
  /** containerd's, as `app#1 exit(137)`, where that is the runtime. */
  readonly containerd?: readonly string[];
}
