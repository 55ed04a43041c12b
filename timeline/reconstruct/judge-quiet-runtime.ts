import type { Timestamp } from '../contract/primitives.ts';
import { isLeftBySender, SIGKILL, signalOfExitCode } from '../signals.ts';
import { millisBetween } from '../time.ts';
import { type Doubt, doubtOfSilence, inDoubt } from './doubt-of-silence.ts';
import type { RestartRules } from './restart-rules.ts';
import type { Ending, EndingContext, Evidence, RunEnd } from './run-end.ts';
import { type SentBy, sentBy, type SentByRuntime } from './sent-signals.ts';

export interface QuietEnd {
  readonly context: EndingContext;
  readonly evidence: readonly (Evidence | undefined)[];
  /** The removal of the old container, if it came before the new one was made. */
  readonly removedAt: Evidence | undefined;
  /** From the run's end until the next had begun, the runtime was watched. */
  readonly from: Timestamp;
  readonly began: Timestamp;
  readonly rule: ReturnType<RestartRules['ruleFor']>;
}

const KILLED = 137;
/** Who removes a container by force, or stops and removes it, does so in one go. */
const IN_ONE_GO_MS = 10_000;

/**
 * containerd and CRI-O tell that a process ended, and not who asked for it. The kubelet asks them as everyone else
 * does, but says so: where it would have been heard and kept silent, it did not. So a container that was removed before
 * its successor was made was removed by someone else, since the kubelet removes none before; and a process with an exit
 * code of its own ended by itself, or upon a request that nothing tells of. What a signal leaves is left by any sender,
 * unless the kernel was asked who that was. And the kubelet gives every container some seconds to end by itself (two at
 * least, kuberuntime_container.go `minimumGracePeriodInSeconds`): a kill that nothing came before is not its doing.
 */
export function ofQuietRuntime(quiet: QuietEnd): Ending {
  const { context, evidence, removedAt, from, began, rule } = quiet;
  const { run } = context;
  const sent = sentBy(run.execution);
  const signal = run.exitCode === undefined ? null : signalOfExitCode(run.exitCode);
  const isOwnFault = signal !== null && !isLeftBySender(run.exitCode);
  if (removedAt !== undefined && run.backOff === undefined && !isOwnFault && sent?.kind !== 'nobody') {
    const inOneGo = millisBetween(from, removedAt.occurredAt) <= IN_ONE_GO_MS;
    if (inOneGo && run.exitCode === KILLED) return { end: { kind: 'removed' }, evidence };
    if (inOneGo) return { end: { kind: 'stopped', removed: true, restarted: false }, evidence };
  }
  if (rule !== undefined)
    return { end: { kind: 'restart-rule', all: false }, evidence: [...evidence, rule.revision] };
  if (isOwnFault) return { end: { kind: 'exited' }, evidence };
  if (sent?.kind === 'program') return { end: ofProgram(sent), evidence };
  if (sent?.kind === 'kernel') return { end: { kind: 'unknown', why: 'signal-from-kernel' }, evidence };
  const looksAsked =
    sent?.kind === 'runtime' || run.exitCode === 0 || (sent === undefined && signal !== null);
  if (sent?.kind === 'runtime' && sent.asked === undefined && sent.isWhole)
    return { end: { kind: 'killed', signal: sent.signal }, evidence };
  const doubt = doubtOfSilence(context, from, began);
  // A process that fails fails its probe too: with a code of its own, that tells of nothing else.
  if (doubt !== undefined && (looksAsked || !isOfProbe(doubt))) return inDoubt(doubt, evidence);
  if (sent?.kind === 'runtime') return { end: ofRequest(sent), evidence };
  return signal === null || sent?.kind === 'nobody'
    ? { end: { kind: 'exited' }, evidence }
    : { end: { kind: 'unknown', why: 'signal-from-nowhere' }, evidence };
}

/** The first process of a PID namespace cannot be killed from within it (pid_namespaces(7)), only asked to end. */
function ofProgram({ signal, sender }: Extract<SentBy, { kind: 'program' }>): RunEnd {
  return signal === SIGKILL
    ? { kind: 'killed', signal, by: { program: sender } }
    : { kind: 'unknown', why: 'signal-from-program' };
}

/** Who stops a container asks it first; who kills it does not. */
function ofRequest({ asked, signal }: SentByRuntime): RunEnd {
  return asked !== undefined
    ? { kind: 'stopped', removed: false, restarted: false }
    : { kind: 'killed', signal };
}

function isOfProbe(doubt: Doubt): boolean {
  return doubt.changed === undefined && doubt.why === 'probe-was-failing';
}
