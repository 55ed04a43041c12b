/** A signal that a process got. */
export interface ReceivedSignal {
  /** Milliseconds since the epoch, with fractions. */
  readonly atMs: number;
  readonly signal: number;
  /** The name of the program that sent it; undefined if that is not known, and for the kernel. */
  readonly sender: string | undefined;
  readonly byKernel: boolean;
  /** It did nothing to the process. */
  readonly ignored: boolean;
}

const MAX_PROCESSES = 4_096;
const MAX_KINDS = 16;

/**
 * What processes got of late: the newest of each signal from each sender. Bounded in both, for a process may be sent a
 * hundred thousand, and a node may start and end as many; whoever got one longest ago goes first.
 */
export class RecentSignals {
  readonly #byPid = new Map<number, ReceivedSignal[]>();
  #wholeSinceMs = 0;

  /** Later than whatever had to be left out for want of room. */
  get wholeSinceMs(): number {
    return this.#wholeSinceMs;
  }

  add(pid: number, received: ReceivedSignal): void {
    const others = (this.#byPid.get(pid) ?? []).filter(
      ({ signal, sender, byKernel, ignored }) =>
        signal !== received.signal ||
        sender !== received.sender ||
        byKernel !== received.byKernel ||
        ignored !== received.ignored,
    );
    // To be the last of the map as well.
    this.#byPid.delete(pid);
    this.#byPid.set(pid, [...others.slice(1 - MAX_KINDS), received]);
    if (this.#byPid.size <= MAX_PROCESSES) return;
    const [[oldest, left] = []] = this.#byPid;
    if (oldest === undefined) return;
    this.#byPid.delete(oldest);
    this.#wholeSinceMs = Math.max(this.#wholeSinceMs, (left?.at(-1)?.atMs ?? 0) + 1);
  }

  /** In the order of time. */
  between(pid: number, fromMs: number, toMs: number): ReceivedSignal[] {
    return (this.#byPid.get(pid) ?? []).filter(({ atMs }) => fromMs <= atMs && atMs <= toMs);
  }

  forgetBefore(ms: number): void {
    for (const [pid, received] of this.#byPid) {
      if ((received.at(-1)?.atMs ?? 0) >= ms) return;
      this.#byPid.delete(pid);
    }
  }
}
