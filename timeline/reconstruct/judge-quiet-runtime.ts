import type { Timestamp } from '../contract/primitives.ts';
import { signalOfExitCode } from '../signals.ts';
import { millisBetween } from '../time.ts';
import { type Doubt, doubtOfSilence, inDoubt } from './doubt-of-silence.ts';
import type { RestartRules } from './restart-rules.ts';
import type { Ending, EndingContext, Evidence } from './run-end.ts';

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

/** Signals that are sent, by whoever it is, and that no process brings on itself: HUP, INT, QUIT, KILL, TERM. */
const SENT: ReadonlySet<number | null> = new Set([1, 2, 3, 9, 15]);
const KILLED = 137;
/** Who removes a container by force, or stops and removes it, does so in one go. */
const IN_ONE_GO_MS = 10_000;

/**
 * containerd and CRI-O tell that a process ended, and not who asked for it. The kubelet asks them as everyone else
 * does, but says so: where it would have been heard and kept silent, it did not. So a container that was removed before
 * its successor was made was removed by someone else, since the kubelet removes none before; and a process with an exit
 * code of its own ended by itself, or upon a request that nothing tells of. What a signal leaves is left by any sender.
 */
export function ofQuietRuntime({ context, evidence, removedAt, from, began, rule }: QuietEnd): Ending {
  const { run } = context;
  const signal = run.exitCode === undefined ? null : signalOfExitCode(run.exitCode);
  const isOwnFault = signal !== null && !SENT.has(signal);
  if (removedAt !== undefined && run.backOff === undefined && !isOwnFault) {
    const inOneGo = millisBetween(from, removedAt.occurredAt) <= IN_ONE_GO_MS;
    if (inOneGo && run.exitCode === KILLED) return { end: { kind: 'removed' }, evidence };
    if (inOneGo) return { end: { kind: 'stopped', removed: true, restarted: false }, evidence };
  }
  if (rule !== undefined)
    return { end: { kind: 'restart-rule', all: false }, evidence: [...evidence, rule.revision] };
  if (isOwnFault) return { end: { kind: 'exited' }, evidence };
  const looksAsked = signal !== null || run.exitCode === 0;
  const doubt = doubtOfSilence(context, from, began);
  // A process that fails fails its probe too: with a code of its own, that tells of nothing else.
  if (doubt !== undefined && (looksAsked || !isOfProbe(doubt))) return inDoubt(doubt, evidence);
  return signal === null
    ? { end: { kind: 'exited' }, evidence }
    : { end: { kind: 'unknown', why: 'signal-from-nowhere' }, evidence };
}

function isOfProbe(doubt: Doubt): boolean {
  return doubt.changed === undefined && doubt.why === 'probe-was-failing';
}
