import type { Clock } from '../../clock.ts';
import { isSystemError } from '../../spool/disk-error.ts';
import type { Tell } from '../../telemetry/happening.ts';
import type { Nanos } from '../cri/bounded-fields.ts';
import { type ReceivedSignal, RecentSignals } from './recent-signals.ts';
import { TraceInstance } from './trace-instance.ts';
import { readTraceLine } from './trace-line.ts';

/** A signal that the main process of a container got before it ended: a part of the runtime's saying. */
export interface SentSignal {
  readonly signal: number;
  readonly timeNano: Nanos;
  /** The name of the program that sent it; undefined if that is not known, and for the kernel. */
  readonly sender: string | undefined;
  readonly byKernel: boolean;
  /** It did nothing to the process. */
  readonly ignored: boolean;
}

/** The signals that a process got from others before it ended, in order. */
export interface SentSignals {
  /** From when on none was missed. */
  readonly sinceNano: Nanos;
  readonly received: readonly SentSignal[];
}

/** A process that has ended. */
export interface EndedProcess {
  /** In the node's numbers. */
  readonly pid: number;
  /** From when on it can have got any; undefined if that is not known. */
  readonly sinceNano: Nanos | undefined;
  readonly endedAtNano: Nanos;
}

/** What signals the processes of this node get, and from whom. */
export interface SignalWatch {
  /** Reads what the kernel tells, until the signal; then ends the telling. */
  run(stop: AbortSignal): Promise<void>;
  /** Of each kind the newest, of the last hour. Undefined where some of the last minute may have been missed. */
  sentTo(process: EndedProcess): SentSignals | undefined;
}

export interface KernelSignalsSettings {
  /** Where the tracing file system is mounted. */
  readonly tracefs: string;
  readonly clock: Clock;
  readonly tell: Tell;
  /** Microseconds of the kernel's `CLOCK_MONOTONIC`. Default: this machine's. */
  readonly monotonicMicros?: () => number;
}

/**
 * The signals by which a process is asked to end, or ended: HUP, INT, QUIT, KILL, TERM, and what images name as
 * STOPSIGNAL (USR1, USR2, WINCH, real-time ones). Those that processes live by are not among them.
 */
const FILTER = [1, 2, 3, 9, 10, 12, 15, 28].map((signal) => `sig==${signal}`).join('||') + '||sig>=34';
/** What was sent longer before an end did not bring it about, unless the end is the last word of a long grace period. */
const NEEDED_MS = 60_000;
const KEPT_MS = 3_600_000;
const READ_EVERY_MS = 1_000;

/** @throws Error with the file system's code where the kernel's tracing cannot be used */
export function createKernelSignals(settings: KernelSignalsSettings): SignalWatch {
  return new KernelSignals(settings);
}

class KernelSignals implements SignalWatch {
  readonly #tracefs: string;
  readonly #clock: Clock;
  readonly #tell: Tell;
  readonly #monotonicMicros: () => number;
  readonly #trace: TraceInstance;
  readonly #recent = new RecentSignals();
  /** Since when nothing was missed. */
  #wholeSinceMs: number;
  #isOpen = true;

  constructor({ tracefs, clock, tell, monotonicMicros = steadyMicros }: KernelSignalsSettings) {
    this.#tracefs = tracefs;
    this.#clock = clock;
    this.#tell = tell;
    this.#monotonicMicros = monotonicMicros;
    this.#trace = TraceInstance.open(tracefs, FILTER);
    this.#wholeSinceMs = clock.now();
  }

  async run(stop: AbortSignal): Promise<void> {
    try {
      while (!stop.aborted && this.#isOpen) {
        this.#read();
        this.#recent.forgetBefore(this.#clock.now() - KEPT_MS);
        await this.#clock.sleep(READ_EVERY_MS, stop);
      }
    } finally {
      this.#close();
    }
  }

  sentTo({ pid, sinceNano, endedAtNano }: EndedProcess): SentSignals | undefined {
    if (!this.#read()) return undefined;
    const endedMs = msOf(endedAtNano);
    const bornMs = sinceNano === undefined ? 0 : msOf(sinceNano);
    const sinceMs = Math.max(endedMs - KEPT_MS, bornMs, this.#wholeSinceMs, this.#recent.wholeSinceMs);
    if (sinceMs > Math.max(endedMs - NEEDED_MS, bornMs)) return undefined;
    // The two clocks were read one after the other: what was sent within the end's own millisecond came before it.
    const received = this.#recent.between(pid, sinceMs, endedMs + 1).map(toSent);
    return { sinceNano: nanosOf(sinceMs), received };
  }

  /** Gives whether all there was is read. */
  #read(): boolean {
    if (!this.#isOpen) return false;
    try {
      const { lines, isAll } = this.#trace.read();
      this.#take(lines);
      return isAll;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#tell({ what: 'signals-unavailable', tracefs: this.#tracefs, error });
      this.#close();
      return false;
    }
  }

  #take(lines: readonly string[]): void {
    const epochMs = this.#clock.now() - this.#monotonicMicros() / 1_000;
    for (const line of lines) {
      const traced = readTraceLine(line);
      if (traced?.kind === 'lost') this.#lose();
      if (traced?.kind !== 'signal') continue;
      const { atMicros, signal, pid, senderPid, sender, byKernel, ignored } = traced;
      // The kernel acts in the name of whatever program runs.
      if (senderPid === pid && !byKernel) continue;
      const from = { sender: byKernel ? undefined : sender, byKernel, ignored };
      this.#recent.add(pid, { atMs: epochMs + atMicros / 1_000, signal, ...from });
    }
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.#trace.close();
    } catch (error) {
      // The next agent removes what could not be removed now.
      if (!isSystemError(error)) throw error;
    }
  }

  #lose(): void {
    this.#wholeSinceMs = this.#clock.now();
    this.#tell({ what: 'signals-lost' });
  }
}

function toSent({ atMs, ...received }: ReceivedSignal): SentSignal {
  return { ...received, timeNano: nanosOf(atMs) };
}

function nanosOf(ms: number): Nanos {
  return (BigInt(Math.round(ms * 1_000)) * 1_000n).toString();
}

function msOf(nanos: Nanos): number {
  // A number does not hold all digits of the nanoseconds.
  return Number(BigInt(nanos) / 1_000n) / 1_000;
}

/** Node's `hrtime` is the kernel's `CLOCK_MONOTONIC` on Linux. */
function steadyMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
