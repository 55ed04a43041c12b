import type { Readable } from 'node:stream';
import { NoSpoolError } from './dead-letters.ts';
import type { Reading } from './flags.ts';
import type { Log } from './log.ts';
import { RedactFileError } from './logs/read-patterns.ts';
import { MonitorError } from './monitor/monitor.ts';
import { RecordingError } from './recording/recording-error.ts';
import { ReplayIncompleteError } from './recording/replay-run.ts';
import { NothingToWatchError } from './sources/assemble.ts';
import { KubernetesCredentialsError } from './sources/kubernetes-api.ts';
import { SpoolInUseError } from './spool/folder-lock.ts';
import { SpoolFormatError } from './spool/segment.ts';
import { SpoolOwnerError } from './spool/spool-folder.ts';

/** The part of `process` that a program's root hands over. */
export interface ProgramProcess {
  on(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  exit(code: number): never;
  readonly stdin: Readable & { unref?(): unknown };
}

/**
 * A signal that is aborted by the first SIGTERM or SIGINT, to stop in order; a second one ends the process at once
 * with the code that shells give to one that was interrupted.
 *
 * @param stopWith `stdin`: the end of standard input is a SIGTERM too. The system closes a pipe when the process at
 * its other end is gone, however it ended, so that a child does not outlive a parent that was killed.
 */
export function stopSignal(ownProcess: ProgramProcess, stopWith?: 'stdin'): AbortSignal {
  const stop = new AbortController();
  const heard = () => {
    if (stop.signal.aborted) ownProcess.exit(130);
    stop.abort();
  };
  ownProcess.on('SIGTERM', heard);
  ownProcess.on('SIGINT', heard);
  if (stopWith === 'stdin') {
    ownProcess.stdin.on('close', () => stop.abort());
    ownProcess.stdin.resume();
    // It is listened to as long as there is something else to do.
    ownProcess.stdin.unref?.();
  }
  return stop.signal;
}

/** Gives the settings; or prints the usage or the errors, and gives the exit code. */
export function settingsOrExitCode<T>(
  reading: Reading<T>,
  usage: () => string,
  out: { write(text: string): unknown },
  err: { write(text: string): unknown },
): { readonly settings: T } | { readonly exitCode: number } {
  switch (reading.kind) {
    case 'settings':
      return { settings: reading.settings };
    case 'help':
      out.write(usage());
      return { exitCode: 0 };
    case 'errors':
      for (const error of reading.errors) err.write(`podlapse: ${error}\n`);
      return { exitCode: 2 };
  }
}

/** Tells why a program ends early: in a sentence what the user can mend, with its stack what only we can. */
export function logFailure(log: Log, error: unknown): void {
  const isTheirs = [
    NothingToWatchError,
    KubernetesCredentialsError,
    MonitorError,
    NoSpoolError,
    SpoolInUseError,
    SpoolOwnerError,
    SpoolFormatError,
    RecordingError,
    RedactFileError,
    ReplayIncompleteError,
  ].some((known) => error instanceof known);
  if (isTheirs && error instanceof Error) log.error({}, error.message);
  else log.error({ err: error }, 'this is a fault of podlapse');
}
