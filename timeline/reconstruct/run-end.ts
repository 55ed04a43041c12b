import type { RuntimeEvent } from '../contract/cri-event.ts';
import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { PodEvent } from '../contract/pod-event.ts';
import type { Cause } from '../contract/timeline.ts';
import type { EventBudget } from './event-budget.ts';
import type { KubeletTrace } from './kubelet-traces.ts';
import type { NodeCoverage } from './node-clock.ts';
import type { NodeHistory } from './node-history.ts';
import type { RestartRules } from './restart-rules.ts';
import type { RunTrace } from './run-trace.ts';
import type { SandboxTrace } from './sandboxes.ts';

/** How a run ended, in a form that is both explained to people and named as a cause. */
export type RunEnd =
  | {
      readonly kind: 'sandbox';
      readonly cause: Cause;
      readonly sandbox: SandboxTrace | undefined;
      /** An init container that was done: the new sandbox made it run again. */
      readonly rerun: boolean;
    }
  | { readonly kind: 'oom'; readonly victim: OomVictim }
  | { readonly kind: 'probe'; readonly probe: 'liveness' | 'startup' }
  | { readonly kind: 'hook' }
  | { readonly kind: 'spec-changed' }
  | { readonly kind: 'resized' }
  | { readonly kind: 'restart-rule'; readonly all: boolean }
  | { readonly kind: 'runtime-restarted'; readonly rerun: boolean }
  | { readonly kind: 'kubelet-restarted'; readonly how: 'reckoned-anew' | 'new-sandbox' }
  | { readonly kind: 'node-rebooted'; readonly bootId: string | undefined; readonly rerun: boolean }
  | { readonly kind: 'removed' }
  | { readonly kind: 'stopped'; readonly removed: boolean; readonly restarted: boolean }
  | { readonly kind: 'killed'; readonly signal: number | undefined; readonly by?: Killer }
  | { readonly kind: 'exited' }
  | { readonly kind: 'never-started' }
  | { readonly kind: 'unknown'; readonly why: UnknownReason };

/** A program on the node, other than the runtime, that killed a container's process; its name, if it was kept. */
export interface Killer {
  readonly program: string | undefined;
}

/** Whose memory ran out, and who was killed for it. */
export type OomVictim = 'container' | 'process-of-container' | 'by-node' | 'by-cgroup';

/** What would have told the possible readings apart. */
export type UnknownReason =
  | 'end-not-seen'
  | 'end-not-placed'
  | 'still-running'
  | 'runtime-not-watched'
  | 'events-not-watched'
  | 'events-dropped'
  | 'probe-was-failing'
  | 'kubelet-was-restarting'
  | 'kubelet-stopped-it'
  | 'kubelet-lost-its-state'
  | 'sigkill-from-nowhere'
  | 'signal-from-nowhere'
  | 'signal-from-program'
  | 'signal-from-kernel'
  | 'made-up-end'
  | 'init-ran-again';

export type Evidence = PodEvent | KubernetesEvent | RuntimeEvent;

export interface Ending {
  readonly end: RunEnd;
  readonly evidence: readonly (Evidence | undefined)[];
}

export interface EndingContext {
  readonly run: RunTrace;
  readonly next: RunTrace;
  readonly kubelet: KubeletTrace;
  readonly sandboxes: ReadonlyMap<string, SandboxTrace>;
  readonly rules: RestartRules;
  readonly coverage: NodeCoverage;
  readonly node: NodeHistory;
  readonly budget: () => EventBudget;
  /** What ended the run's sandbox, where another container of it told. */
  readonly sandboxFate: Cause | undefined;
  /** No Kubernetes here: nobody but Docker and its users to have done it. */
  readonly standalone: boolean;
}

const CAUSES = {
  oom: 'oom-killed',
  hook: 'hook-failed',
  'spec-changed': 'spec-changed',
  resized: 'resized',
  'restart-rule': 'restart-rule',
  'runtime-restarted': 'runtime-restarted',
  'kubelet-restarted': 'kubelet-restarted',
  'node-rebooted': 'node-rebooted',
  removed: 'removed-externally',
  stopped: 'stopped-externally',
  killed: 'killed-externally',
  exited: 'exited',
  'never-started': 'exited',
  unknown: 'unknown',
} as const satisfies Readonly<Record<Exclude<RunEnd['kind'], 'sandbox' | 'probe'>, Cause>>;

/** The contract's word for an end. */
export function causeOf(end: RunEnd): Cause {
  if (end.kind === 'sandbox') return end.cause;
  if (end.kind === 'probe') return end.probe === 'liveness' ? 'liveness-failed' : 'startup-probe-failed';
  return CAUSES[end.kind];
}

/** What the runtime told of an end, in the order in which it comes. */
export function eventsOfEnd(
  execution: RunTrace['execution'],
  destroy?: RuntimeEvent,
): readonly (RuntimeEvent | undefined)[] {
  if (execution === undefined) return destroy === undefined ? [] : [destroy];
  const { kills, die, stop } = execution;
  return kills.length === 0 ? [die, stop, destroy] : [...kills, die, stop, destroy];
}

/** The look that tells of an end which was not seen itself. */
export function lookAtEnd(execution: RunTrace['execution']): RuntimeEvent | undefined {
  return execution?.die === undefined ? execution?.inspect : undefined;
}
