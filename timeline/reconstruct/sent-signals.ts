import type { SentSignal } from '../contract/cri-event.ts';
import { SIGKILL } from '../signals.ts';
import { compareTimes, millisBetween } from '../time.ts';
import { canHaveEnded, type Execution } from './container-trace.ts';

/** Who ended a process by a signal, as the kernel tells it. */
export type SentBy =
  | { readonly kind: 'nobody' }
  | SentByRuntime
  /** For want of memory, or as the process's PID namespace ended. */
  | { readonly kind: 'kernel'; readonly signal: number }
  /** Another program. */
  | { readonly kind: 'program'; readonly signal: number; readonly sender: string | undefined };

/** The runtime sent it, because someone asked it to. */
export interface SentByRuntime {
  readonly kind: 'runtime';
  /**
   * The signal by which it asked the process first, as a stop does, however long before, and whether or not the process
   * heeds it; undefined for a kill.
   */
  readonly asked: number | undefined;
  /** The signal that ended the process. */
  readonly signal: number;
  /** Whether all of the process's signals are known that can have been the beginning of this. */
  readonly isWhole: boolean;
}

/** Longer than any grace period that people give. */
const LONG_GRACE_MS = 3_600_000;

/** Programs by which runtimes send signals: the OCI runtimes, and containerd's shim. */
const RUNTIMES: ReadonlySet<string | undefined> = new Set(['runc', 'crun', 'youki', 'containerd-shim']);

/** What the signals tell that a process got before it ended; undefined where they were not watched. */
export function sentBy(execution: Execution | undefined): SentBy | undefined {
  const die = execution?.die;
  const signals = die?.source === 'cri' ? die.signals : undefined;
  if (die === undefined || signals === undefined) return undefined;
  const { received, since } = signals;
  const ending = received.filter(
    ({ signal, at, ignored }) => ignored !== true && canHaveEnded(signal, at, die.occurredAt),
  );
  // No process outlives this one, whatever came after.
  const decisive = ending.find(({ signal }) => signal === SIGKILL) ?? ending.at(-1);
  if (decisive === undefined) return { kind: 'nobody' };
  const { signal, sender, byKernel } = decisive;
  if (byKernel === true) return { kind: 'kernel', signal };
  if (!isRuntime(decisive)) return { kind: 'program', signal, sender };
  const asking = (signal === SIGKILL ? received : ending).find(
    (one) => isRuntime(one) && one.signal !== SIGKILL,
  );
  const begun = execution?.start?.occurredAt;
  return {
    kind: 'runtime',
    asked: asking?.signal,
    signal,
    isWhole:
      millisBetween(since, die.occurredAt) >= LONG_GRACE_MS ||
      (begun !== undefined && compareTimes(since, begun) <= 0),
  };
}

function isRuntime({ sender, byKernel }: SentSignal): boolean {
  return byKernel !== true && RUNTIMES.has(sender);
}
