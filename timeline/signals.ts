/** Linux signal numbers that end processes, as on x86 and arm. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  11: 'SIGSEGV',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS',
};

/** Signals that are sent, by whoever it is, and that no process brings on itself: HUP, INT, QUIT, KILL, TERM. */
const SENT: ReadonlySet<number | null> = new Set([1, 2, 3, 9, 15]);

export const SIGKILL = 9;
export const SIGTERM = 15;

/** A signal's name, or `signal N` for one without a common name. */
export function signalName(signal: number): string {
  return NAMES[signal] ?? `signal ${signal}`;
}

/**
 * The signal that an exit code stands for, by the convention of shells and container runtimes (128 + signal); null
 * for a code that is none.
 */
export function signalOfExitCode(exitCode: number): number | null {
  return exitCode > 128 && exitCode <= 128 + 64 ? exitCode - 128 : null;
}

/** Whether the exit code is one that a signal from someone leaves, as opposed to a fault of the process's own. */
export function isLeftBySender(exitCode: number | undefined): boolean {
  return exitCode !== undefined && SENT.has(signalOfExitCode(exitCode));
}
