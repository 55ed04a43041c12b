/** One signal, as the kernel's trace event `signal:signal_generate` tells of it (include/trace/events/signal.h). */
export interface TracedSignal {
  readonly kind: 'signal';
  /** Microseconds of the trace's clock. */
  readonly atMicros: number;
  readonly signal: number;
  /** Of the process that got it, in the node's numbers. */
  readonly pid: number;
  readonly senderPid: number;
  /** The name of the sending program, at most 15 bytes, as the program itself set it; undefined if the kernel forgot. */
  readonly sender: string | undefined;
  /** The kernel itself sent it: for want of memory, or because a PID namespace ended. */
  readonly byKernel: boolean;
  /**
   * It did nothing: the process ignores it, or is the first of its PID namespace, which gets no signal that it has no
   * handler for, and no SIGKILL from within (pid_namespaces(7)).
   */
  readonly ignored: boolean;
}

/** `lost`: the kernel overwrote what had not been read, or a line cannot be read. */
export type TraceLine = TracedSignal | { readonly kind: 'lost' } | undefined;

const LINE =
  /^ *(.{1,16}?)-(\d+) +\[\d+\] \S+ +(\d+)\.(\d{6}): signal_generate: sig=(\d+) errno=-?\d+ code=(-?\d+) comm=.* pid=(\d+) grp=\d+ res=(\d+)$/;
/** `SI_KERNEL` (asm-generic/siginfo.h). */
const SI_KERNEL = 128;
/** `TRACE_SIGNAL_IGNORED`. All else is delivered: at once, or one like it was on its way. */
const IGNORED = 1;
const FORGOTTEN = '<...>';

/**
 * Reads a line of `trace_pipe`; undefined for an empty one. A name can hold anything, line breaks too: what such a
 * name spoils is lost, and never another process's.
 */
export function readTraceLine(line: string): TraceLine {
  if (line === '') return undefined;
  const found = LINE.exec(line);
  if (found === null) return { kind: 'lost' };
  const [, sender = '', senderPid, seconds, micros, signal, code, pid, result] = found;
  return {
    kind: 'signal',
    atMicros: Number(seconds) * 1_000_000 + Number(micros),
    signal: Number(signal),
    pid: Number(pid),
    senderPid: Number(senderPid),
    sender: sender === FORGOTTEN ? undefined : sender,
    byKernel: Number(code) === SI_KERNEL,
    ignored: Number(result) === IGNORED,
  };
}
