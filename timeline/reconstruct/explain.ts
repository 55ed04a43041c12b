import { formatDuration } from '../time.ts';
import { SIGKILL, signalName } from '../signals.ts';
import type { Counting } from './counting.ts';
import type { RunEnd, UnknownReason } from './end-of-run.ts';
import type { RunTrace } from './run-trace.ts';
import type { SandboxTrace } from './sandboxes.ts';

export interface RestartFacts {
  readonly run: RunTrace;
  readonly next: RunTrace;
  readonly end: RunEnd;
  readonly counting: Counting;
  readonly downtimeMs: number | null;
  readonly backoffMs: number;
  readonly standalone: boolean;
}

/** A restart in a few sentences: what ended the old run and who did it, how long it was down, whether it counted. */
export function explain(facts: RestartFacts): string {
  return [sayEnd(facts), sayDowntime(facts), sayCount(facts)].filter((sentence) => sentence !== '').join(' ');
}

function sayEnd({ run, next, end, standalone }: RestartFacts): string {
  const unasked = standalone ? '' : ' without the kubelet asking for it';
  switch (end.kind) {
    case 'sandbox':
      return saySandbox(end.cause, end.sandbox);
    case 'oom':
      return 'The kernel killed the container because it ran out of memory (OOM, exit code 137).';
    case 'probe':
      return `The kubelet killed the container because its ${end.probe} probe failed${sayOutcome(run, ', ')}.`;
    case 'hook':
      return `The kubelet killed the container because its postStart hook failed${sayOutcome(run, ', ')}.`;
    case 'spec-changed':
      return `The kubelet replaced the container because its definition changed${sayImages(run, next)}.`;
    case 'resized':
      return 'The kubelet restarted the container to resize its resources in place.';
    case 'restart-rule':
      return end.all
        ? 'The kubelet ended and removed every container of the pod to restart them all, as a restart rule asks for (RestartAllContainers).'
        : `${sayExit(run)} A restart rule of the container asks for a restart after this exit code.`;
    case 'runtime-restarted':
      return 'The container went down because the container runtime (Docker) restarted.';
    case 'removed':
      return `The container was force-removed through Docker (kill, then destroy)${unasked}.`;
    case 'stopped':
      if (end.restarted) return `The container was restarted through Docker (docker restart)${unasked}.`;
      return `The container was stopped through Docker (${sayStop(run)})${end.removed ? ' and then removed' : ''}${unasked}.`;
    case 'killed':
      return `The container was killed through Docker (${signalName(end.signal ?? SIGKILL)}${sayCode(run)})${unasked}.`;
    case 'exited':
      return sayExit(run);
    case 'unknown':
      return sayUnknown(end.why, run);
  }
}

function sayStop(run: RunTrace): string {
  const outlived = run.execution?.kills.some(({ signal }) => signal === SIGKILL) ?? false;
  return `SIGTERM${outlived ? ', then SIGKILL when the grace period ran out' : ''}${sayCode(run)}`;
}

function sayCode(run: RunTrace): string {
  return run.exitCode === undefined ? '' : `, exit code ${run.exitCode}`;
}

function saySandbox(cause: string, sandbox: SandboxTrace | undefined): string {
  const which = sandbox === undefined ? '' : ` (pause container ${sandbox.id.slice(0, 12)})`;
  const after =
    'so the kubelet ended the container, made a new sandbox and started the container anew in it.';
  switch (cause) {
    case 'sandbox-removed':
      return `The pod's sandbox${which} was force-removed through Docker (kill, then destroy), ${after}`;
    case 'sandbox-stopped': {
      const removed = sandbox?.trace.destroy === undefined ? '' : ' and later removed';
      return `The pod's sandbox${which} was stopped through Docker${removed}, ${after}`;
    }
    case 'sandbox-killed':
      return `The pod's sandbox${which} was killed through Docker, ${after}`;
    default:
      return `The pod's sandbox${which} was replaced: the kubelet ended the container and started it anew in a new sandbox. What ended the old sandbox was not seen.`;
  }
}

function sayExit(run: RunTrace): string {
  if (run.exitCode === undefined) return 'The process ended by itself; its exit code was not seen.';
  if (run.exitCode === 0) return 'The process ended by itself with exit code 0.';
  const signal = run.signal === undefined ? '' : ` (${signalName(run.signal)})`;
  return `The process ended by itself with exit code ${run.exitCode}${signal}.`;
}

function sayUnknown(why: UnknownReason, run: RunTrace): string {
  const outcome = sayOutcome(run, ', ');
  switch (why) {
    case 'end-not-seen':
      return 'How the earlier run ended was not seen, only that another took its place.';
    case 'made-up-end':
      return 'The container was gone when the kubelet looked. The exit code 137 in its status is made up by the kubelet (ContainerStatusUnknown); how the container ended was not seen.';
    case 'runtime-not-watched':
      return `The container ended${outcome}. The container runtime was not watched then, so whether the process ended by itself or was stopped from outside cannot be told.`;
    case 'events-not-watched':
      return `The container was stopped through Docker${outcome}. Kubernetes Events were not watched then, so whether the kubelet or someone else asked for it cannot be told.`;
    case 'kubelet-stopped-it':
      return `The kubelet stopped the container${outcome}; it did not say why.`;
    case 'sigkill-from-nowhere':
      return 'The process got SIGKILL (exit code 137), neither through Docker nor from the kubelet, and no OOM kill was told: a process on the node, or the kernel, did it.';
  }
}

function sayOutcome(run: RunTrace, lead: string): string {
  if (run.exitCode === undefined) return '';
  const signal = run.signal === undefined ? '' : ` (${signalName(run.signal)})`;
  return `${lead}exit code ${run.exitCode}${signal}`;
}

function sayImages(run: RunTrace, next: RunTrace): string {
  if (run.image === undefined || next.image === undefined || run.image === next.image) return '';
  return ` (image ${run.image} to ${next.image})`;
}

function sayDowntime({ downtimeMs, backoffMs }: RestartFacts): string {
  if (downtimeMs === null) return 'How long it was down was not seen.';
  const backOff = backoffMs > 0 ? `, ${formatDuration(backoffMs)} of it back-off` : '';
  return `It was down for ${formatDuration(downtimeMs)}${backOff}.`;
}

function sayCount({ run, next, counting, standalone }: RestartFacts): string {
  if (standalone) return '';
  const { counted, known, before, after } = counting;
  if (!known) return 'Whether Kubernetes counted this restart was not seen.';
  if (counted) return `Kubernetes counted it: its restart count went from ${before} to ${after}.`;
  if (after !== before)
    return `Kubernetes did not count it: its restart count fell from ${before} to ${after}.`;
  return `Kubernetes did not count it: its restart count stayed at ${after}${sayWhyUncounted(run, next)}.`;
}

/** The kubelet numbers a new container from what the runtime still lists (kuberuntime `SyncPod`), or from log files. */
function sayWhyUncounted(run: RunTrace, next: RunTrace): string {
  if (next.containerId === run.containerId)
    return ', because the container kept its ID and the kubelet counts new containers only';
  if (run.trace?.destroy === undefined) return '';
  return ', because the old container was gone from Docker and the kubelet numbered the new one as if it had never been';
}
