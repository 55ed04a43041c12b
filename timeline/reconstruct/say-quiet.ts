import { signalName, signalOfExitCode } from '../signals.ts';
import { exitInWords } from './exit-words.ts';
import type { RunEnd } from './run-end.ts';
import { runtimeSourceOf, type RunTrace } from './run-trace.ts';

/** Runtimes that tell of an end and not of who asked for it, by name. */
const NAMES: Partial<Record<RunTrace['runtime'], string>> = { containerd: 'containerd', 'cri-o': 'CRI-O' };

const NEVER_FIRST = 'the kubelet removes no container before it has made the next';

/** The runtime's name, if it is one that does not tell who asked it to end a container; undefined for Docker. */
export function quietRuntimeOf(run: RunTrace): string | undefined {
  return runtimeSourceOf(run) === 'docker' ? undefined : (NAMES[run.runtime] ?? 'the container runtime');
}

/** What a quiet runtime's events and the kubelet's silence tell together; undefined for all other ends. */
export function sayQuietEnd(end: RunEnd, run: RunTrace): string | undefined {
  const runtime = quietRuntimeOf(run);
  if (runtime === undefined) return undefined;
  const exit = exitInWords(run) ?? 'an exit code that was not seen';
  if (end.kind === 'removed')
    return `The container was killed and removed through ${runtime} without the kubelet asking for it: ${NEVER_FIRST}.`;
  if (end.kind === 'stopped')
    return `The container ended with ${exit} and was removed at once through ${runtime} without the kubelet asking for it: ${NEVER_FIRST}.`;
  if (end.kind === 'exited' && run.exitCode === 0)
    return `The process ended with ${exit}. The kubelet did not ask for it; ${runtime} would not tell if someone else had.`;
  return undefined;
}

/** A sandbox that someone outside the kubelet ended; undefined if nobody did. */
export function sayQuietFate(cause: string): string | undefined {
  switch (cause) {
    case 'sandbox-removed':
      return 'stopped and removed without the kubelet asking for it';
    case 'sandbox-stopped':
      return 'stopped, with what ran in it, without the kubelet asking for it';
    case 'sandbox-killed':
      return 'ended while its containers ran on, as the kubelet never does it';
    default:
      return undefined;
  }
}

/** An exit code that whoever sends the signal leaves. */
export function saySignal(run: RunTrace): string {
  const signal = signalOfExitCode(run.exitCode ?? 0);
  const got = signal === null ? 'a signal' : signalName(signal);
  return `The process got ${got} (exit code ${run.exitCode}), or chose that exit code itself. The kubelet did not ask for it, and no OOM kill was told. ${sayWhoElse(quietRuntimeOf(run))}`;
}

function sayWhoElse(runtime = 'The container runtime'): string {
  return `${runtime} does not tell who has a container ended: someone with its socket (crictl, ctr), a process on the node or in the container. A request to stop it would stand in the log of ${runtime}.`;
}
