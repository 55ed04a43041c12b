import type { DockerEvent } from '../contract/docker-event.ts';
import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { PodEvent } from '../contract/pod-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import type { Cause } from '../contract/timeline.ts';
import { compareTimes, earliest, millisBetween, shift } from '../time.ts';
import type { Coverage } from './coverage.ts';
import type { KubeletTrace } from './kubelet-traces.ts';
import type { RestartRules } from './restart-rules.ts';
import { knownSince, type RunTrace } from './run-trace.ts';
import type { SandboxTrace } from './sandboxes.ts';

type Evidence = PodEvent | KubernetesEvent | DockerEvent;

/** How a run ended, in a form that is both explained to people and named as a cause. */
export type RunEnd =
  | { readonly kind: 'sandbox'; readonly cause: Cause; readonly sandbox: SandboxTrace | undefined }
  | { readonly kind: 'oom' }
  | { readonly kind: 'probe'; readonly probe: 'liveness' | 'startup' }
  | { readonly kind: 'hook' }
  | { readonly kind: 'spec-changed' }
  | { readonly kind: 'resized' }
  | { readonly kind: 'restart-rule'; readonly all: boolean }
  | { readonly kind: 'runtime-restarted' }
  | { readonly kind: 'removed' }
  | { readonly kind: 'stopped'; readonly removed: boolean; readonly restarted: boolean }
  | { readonly kind: 'killed'; readonly signal: number | undefined }
  | { readonly kind: 'exited' }
  | { readonly kind: 'unknown'; readonly why: UnknownReason };

/** What would have told the possible readings apart. */
export type UnknownReason =
  | 'end-not-seen'
  | 'runtime-not-watched'
  | 'events-not-watched'
  | 'kubelet-stopped-it'
  | 'sigkill-from-nowhere'
  | 'made-up-end';

export interface EndingContext {
  readonly run: RunTrace;
  readonly next: RunTrace;
  readonly kubelet: KubeletTrace;
  readonly sandboxes: ReadonlyMap<string, SandboxTrace>;
  readonly rules: RestartRules;
  readonly coverage: Coverage;
  /** No Kubernetes here: nobody but Docker and its users to have done it. */
  readonly standalone: boolean;
}

export interface Ending {
  readonly end: RunEnd;
  readonly evidence: readonly Evidence[];
}

/** A Killing that names its reason (kuberuntime_manager.go `computePodActions`). */
const KILLING = {
  liveness: /failed liveness probe/,
  startup: /failed startup probe/,
  definition: /definition changed/,
  resize: /resize requires restart/,
} as const;

const CAUSES = {
  oom: 'oom-killed',
  hook: 'hook-failed',
  'spec-changed': 'spec-changed',
  resized: 'resized',
  'restart-rule': 'restart-rule',
  'runtime-restarted': 'runtime-restarted',
  removed: 'removed-externally',
  stopped: 'stopped-externally',
  killed: 'killed-externally',
  exited: 'exited',
  unknown: 'unknown',
} as const satisfies Readonly<Record<Exclude<RunEnd['kind'], 'sandbox' | 'probe'>, Cause>>;

/** The contract's word for an end. */
export function causeOf(end: RunEnd): Cause {
  if (end.kind === 'sandbox') return end.cause;
  if (end.kind === 'probe') return end.probe === 'liveness' ? 'liveness-failed' : 'startup-probe-failed';
  return CAUSES[end.kind];
}

/**
 * Decides why a run ended. What the kubelet, the kernel or a sandbox's end left a trace of is decided first; only
 * then, and only where the source that would have carried such a trace was watched, is someone outside the kubelet
 * held to have done it.
 */
export function judgeEnd(context: EndingContext): Ending {
  return (
    ofRestartedRuntime(context) ??
    ofSandbox(context) ??
    ofKernel(context) ??
    ofRestartOfAll(context) ??
    ofKubelet(context) ??
    ofRuntime(context)
  );
}

/** How long dockerd waits for its containers before it goes (its default `shutdown-timeout`). */
const SHUTDOWN_MS = 15_000;
/** An engine that crashed ends what survived it while it starts, at about the time when it answers again. */
const STARTUP_MS = 5_000;
/** The engine asks all its containers to end in the same breath. */
const SAME_BREATH_MS = 1_000;

/**
 * Without live-restore the engine takes every container down with it, the sandboxes too: the run and its sandbox end
 * together, around the time when the engine could not be reached. A container of Docker alone has no sandbox to tell
 * it by; it must have ended in that time itself, or right before.
 */
function ofRestartedRuntime({ run, sandboxes, coverage, standalone }: EndingContext): Ending | undefined {
  const sandbox = run.sandboxId === undefined ? undefined : sandboxes.get(run.sandboxId);
  const execution = sandbox?.trace.executions.at(-1);
  const ended = standalone ? run.finishedAt : sandbox?.finishedAt;
  if (ended === undefined) return undefined;
  const together = standalone || endedTogether(run, execution);
  const before = standalone ? SAME_BREATH_MS : SHUTDOWN_MS;
  const restarted = coverage
    .breaks('docker', 'docker-restarted')
    .some(
      ({ from, to }) =>
        compareTimes(shift(from, -before), ended) <= 0 && compareTimes(ended, shift(to, STARTUP_MS)) <= 0,
    );
  if (!together || !restarted) return undefined;
  return {
    end: { kind: 'runtime-restarted' },
    evidence: [
      ...eventsOfEnd(execution),
      ...looksOfEnd(execution),
      ...eventsOfEnd(run.execution),
      ...looksOfEnd(run.execution),
    ],
  };
}

/** Both were asked to end at once, or both ended unseen. */
function endedTogether(run: RunTrace, sandbox: RunTrace['execution']): boolean {
  const [own, others] = [run.execution?.kills[0], sandbox?.kills[0]];
  if (own === undefined || others === undefined) {
    return own === others && run.execution?.die === undefined && sandbox?.die === undefined;
  }
  return Math.abs(millisBetween(own.occurredAt, others.occurredAt)) <= SAME_BREATH_MS;
}

function looksOfEnd(execution: RunTrace['execution']): readonly DockerEvent[] {
  const { die, inspect } = execution ?? {};
  return die === undefined && inspect !== undefined ? [inspect] : [];
}

function ofRestartOfAll({ run, next, rules }: EndingContext): Ending | undefined {
  const from = knownSince(run);
  const to = next.startedAt ?? next.createdAt;
  const revision = from === undefined || to === undefined ? undefined : rules.restartAllWithin(from, to);
  if (revision === undefined) return undefined;
  return { end: { kind: 'restart-rule', all: true }, evidence: [revision, ...eventsOfEnd(run.execution)] };
}

function ofSandbox({ run, next, kubelet, sandboxes }: EndingContext): Ending | undefined {
  const moved =
    run.sandboxId !== undefined && next.sandboxId !== undefined && run.sandboxId !== next.sandboxId;
  const sandbox = run.sandboxId === undefined ? undefined : sandboxes.get(run.sandboxId);
  const unseen = run.sandboxId === undefined || next.sandboxId === undefined;
  if (!moved && !(unseen && kubelet.sandboxChanged.length > 0)) return undefined;
  const evidence = [
    ...(moved ? eventsOfEnd(sandbox?.trace.executions.at(-1), sandbox?.trace.destroy) : []),
    ...kubelet.killing,
    ...kubelet.sandboxChanged,
    ...eventsOfEnd(run.execution, run.trace?.destroy),
  ];
  return {
    end: { kind: 'sandbox', cause: (moved ? sandbox?.end : undefined) ?? 'sandbox-changed', sandbox },
    evidence,
  };
}

function ofKernel({ run }: EndingContext): Ending | undefined {
  const ooms = run.execution?.ooms ?? [];
  // Docker tells of an OOM kill of any process of the container; only SIGKILL of the first one ends the run.
  const killedByOom = ooms.length > 0 && run.exitCode === 137;
  if (!killedByOom && run.oomKilled === undefined) return undefined;
  return {
    end: { kind: 'oom' },
    evidence: [
      ...ooms,
      ...eventsOfEnd(run.execution),
      ...(run.oomKilled === undefined ? [] : [run.oomKilled]),
    ],
  };
}

function ofKubelet({ run, kubelet }: EndingContext): Ending | undefined {
  const said = (pattern: RegExp) => kubelet.killing.filter((event) => pattern.test(event.message ?? ''));
  const ended = eventsOfEnd(run.execution);
  const liveness = said(KILLING.liveness);
  if (liveness.length > 0) {
    return {
      end: { kind: 'probe', probe: 'liveness' },
      evidence: [...kubelet.unhealthy, ...liveness, ...ended],
    };
  }
  const startup = said(KILLING.startup);
  if (startup.length > 0) {
    return {
      end: { kind: 'probe', probe: 'startup' },
      evidence: [...kubelet.unhealthy, ...startup, ...ended],
    };
  }
  const definition = said(KILLING.definition);
  if (definition.length > 0) return { end: { kind: 'spec-changed' }, evidence: [...definition, ...ended] };
  const resize = said(KILLING.resize);
  if (resize.length > 0) return { end: { kind: 'resized' }, evidence: [...resize, ...ended] };
  if (kubelet.hooks.length > 0) {
    return { end: { kind: 'hook' }, evidence: [...kubelet.hooks, ...kubelet.killing, ...ended] };
  }
  if (kubelet.killing.length > 0) {
    return { end: { kind: 'unknown', why: 'kubelet-stopped-it' }, evidence: [...kubelet.killing, ...ended] };
  }
  return undefined;
}

function ofRuntime(context: EndingContext): Ending {
  const { run, next, coverage, standalone } = context;
  const { execution } = run;
  const kills = execution?.kills ?? [];
  const restarted =
    next.trace === run.trace && next.execution?.restart !== undefined ? next.execution.restart : undefined;
  const removedAt = destroyedBefore(run, next);
  const evidence: Evidence[] = [
    ...eventsOfEnd(execution, removedAt),
    ...(restarted === undefined ? [] : [restarted]),
    ...(run.endRevision === undefined ? [] : [run.endRevision]),
  ];
  const unknown = (why: UnknownReason): Ending => ({ end: { kind: 'unknown', why }, evidence });

  const ended = run.finishedAt;
  if (ended === undefined) return unknown(run.synthetic === true ? 'made-up-end' : 'end-not-seen');
  const began = next.createdAt ?? next.startedAt ?? ended;
  const from = earliest(kills[0]?.occurredAt, ended) ?? ended;
  const runtimeWatched = execution?.die !== undefined && coverage.covers('docker', from, began);
  if (!runtimeWatched) return unknown('runtime-not-watched');

  if (kills.length === 0 && execution.stop === undefined) {
    if (run.exitCode === 137) return unknown('sigkill-from-nowhere');
    const rule = run.exitCode === undefined ? undefined : context.rules.ruleFor(run.container, run.exitCode);
    if (rule !== undefined)
      return { end: { kind: 'restart-rule', all: false }, evidence: [...evidence, rule] };
    return { end: { kind: 'exited' }, evidence };
  }
  if (execution.stop === undefined) {
    // The kubelet ends containers by `docker stop` alone, so a kill without a stop came from someone else.
    if (removedAt !== undefined) return { end: { kind: 'removed' }, evidence };
    return { end: { kind: 'killed', signal: kills.at(-1)?.signal }, evidence };
  }
  // A stop is the kubelet's own way too: only its silence, where it would have been heard, tells.
  const since = knownSince(run) ?? from;
  const heard = standalone || coverage.covers('event', later(since, shift(from, -HEARING_MS)), began);
  if (!heard) return unknown('events-not-watched');
  return {
    end: { kind: 'stopped', removed: removedAt !== undefined, restarted: restarted !== undefined },
    evidence,
  };
}

/** The kubelet announces a kill before it starts the grace period. */
const HEARING_MS = 60_000;

function later(a: Timestamp, b: Timestamp): Timestamp {
  return compareTimes(a, b) >= 0 ? a : b;
}

/** The removal of the old container, if it came before the new one was made. */
function destroyedBefore(run: RunTrace, next: RunTrace): DockerEvent | undefined {
  const destroy = run.trace?.destroy;
  const began = next.createdAt ?? next.startedAt;
  if (destroy === undefined || began === undefined || compareTimes(destroy.occurredAt, began) > 0)
    return undefined;
  return destroy;
}

function eventsOfEnd(execution: RunTrace['execution'], destroy?: DockerEvent): readonly DockerEvent[] {
  const { kills = [], die, stop } = execution ?? {};
  return [...kills, die, stop, destroy].filter((event) => event !== undefined);
}
