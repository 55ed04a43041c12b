import { isLeftBySender, SIGKILL, signalName, signalOfExitCode } from '../signals.ts';
import { exitInWords } from './exit-words.ts';
import type { RunEnd } from './run-end.ts';
import { runtimeSourceOf, type RunTrace } from './run-trace.ts';
import { sentBy } from './sent-signals.ts';

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
  if (end.kind === 'stopped') {
    return end.removed
      ? `The container ended with ${exit} and was removed at once through ${runtime} without the kubelet asking for it: ${NEVER_FIRST}.`
      : `The container was stopped through ${runtime} (${saySignals(run)}) without the kubelet asking for it.`;
  }
  if (end.kind === 'killed') {
    const code = run.exitCode === undefined ? '' : `, exit code ${run.exitCode}`;
    const signal = `${signalName(end.signal ?? SIGKILL)}${code}`;
    return end.by === undefined
      ? `The container was killed through ${runtime} (${signal}) without the kubelet asking for it.`
      : `The process was killed (${signal}) by ${sayProgram(end.by.program)}, neither through ${runtime} nor by the kubelet.`;
  }
  if (end.kind !== 'exited') return undefined;
  const wasAlone = sentBy(run.execution)?.kind === 'nobody';
  if (wasAlone && run.exitCode === 0)
    return `The process ended by itself with ${exit}: nobody sent it a signal.`;
  if (wasAlone && isLeftBySender(run.exitCode))
    return `The process ended by itself with exit code ${run.exitCode}, which it chose: nobody sent it a signal.`;
  if (run.exitCode === 0)
    return `The process ended with ${exit}. The kubelet did not ask for it; ${runtime} would not tell if someone else had.`;
  return undefined;
}

/** `SIGTERM, then SIGKILL when the grace period ran out, exit code 137`. */
function saySignals(run: RunTrace): string {
  const sent = sentBy(run.execution);
  const code = run.exitCode === undefined ? '' : `, exit code ${run.exitCode}`;
  if (sent?.kind !== 'runtime') return `a request to end${code}`;
  const outlived = sent.signal === SIGKILL ? ', then SIGKILL when the grace period ran out' : '';
  return `${signalName(sent.asked ?? sent.signal)}${outlived}${code}`;
}

/** A program chooses its name, and so it is quoted. */
function sayProgram(name: string | undefined): string {
  return name === undefined ? 'a program whose name was not kept' : `the program ${JSON.stringify(name)}`;
}

/** A signal from a program that may be of the container itself. */
export function saySender(run: RunTrace): string {
  const sent = sentBy(run.execution);
  const signal = sent?.kind === 'program' ? signalName(sent.signal) : 'a signal';
  const program = sayProgram(sent?.kind === 'program' ? sent.sender : undefined);
  return `The process got ${signal} from ${program} and ended with ${exitInWords(run) ?? 'an exit code that was not seen'}. Neither ${quietRuntimeOf(run) ?? 'the container runtime'} nor the kubelet sent it: a program in the container did (as \`kubectl exec\` starts one), or one on the node.`;
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
