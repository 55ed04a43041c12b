import { SIGKILL, SIGTERM, signalName } from '../signals.ts';
import type { RunTrace } from './run-trace.ts';

/** What exit codes mean by the customs of shells, of Docker (`docker run`, exit status) and of the kubelet. */
const CODES: Readonly<Record<number, string>> = {
  0: 'success',
  1: 'a general error',
  2: 'misuse of a command, or a panic of a Go program',
  126: 'the command is there but cannot be executed',
  127: 'the command was not found',
  128: 'the process could not be started',
  255: 'an exit status out of range, or one that the runtime lost',
};

/** What signals mean that a process brings on itself. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'its terminal was closed',
  2: 'it was interrupted',
  4: 'an instruction that the processor does not know',
  6: 'the process gave itself up, as after a failed assertion',
  7: 'a broken access to memory',
  8: 'an arithmetic error, such as a division by zero',
  9: 'killed',
  11: 'it reached for memory that is not its own',
  13: 'nobody read what it wrote',
  15: 'asked to end',
  24: 'its processor time was used up',
  25: 'a file grew too large',
  31: 'a system call that is not allowed',
};

/** `exit code 139 (SIGSEGV: it reached for memory that is not its own)`; undefined if no code was seen. */
export function exitInWords({ exitCode, signal }: RunTrace): string | undefined {
  if (exitCode === undefined) return undefined;
  const code = `exit code ${exitCode}`;
  if (signal !== undefined) {
    const meaning = SIGNALS[signal];
    return `${code} (${signalName(signal)}${meaning === undefined ? '' : `: ${meaning}`})`;
  }
  const meaning = CODES[exitCode] ?? windowsMeaning(exitCode);
  return meaning === undefined ? code : `${code} (${meaning})`;
}

/** NTSTATUS values, which Windows containers leave; they come signed or not. */
function windowsMeaning(exitCode: number): string | undefined {
  switch (exitCode >>> 0) {
    case 0xc0000005:
      return 'Windows: access to memory that is not its own';
    case 0xc000013a:
      return 'Windows: interrupted, as by Ctrl+C or at shutdown';
    case 0xc0000142:
      return 'Windows: a library could not be initialised';
    default:
      return undefined;
  }
}

/**
 * How the end went of a process that was asked to end: whether it went along, or was killed when its grace period ran
 * out. With a lead, to be put after a clause; empty if nothing was seen of it.
 */
export function outcomeOfStop(run: RunTrace, lead: string): string {
  const { exitCode, signal, execution } = run;
  if (exitCode === undefined) return '';
  const kills = execution?.kills ?? [];
  const wasKilled = kills.some((kill) => kill.signal === SIGKILL) || (kills.length === 0 && exitCode === 137);
  if (exitCode === 137 && wasKilled)
    return `${lead}it had not ended when its grace period ran out, so it was killed (SIGKILL, exit code 137)`;
  if (exitCode === 0) return `${lead}it ended in time with exit code 0`;
  if (signal === SIGTERM) return `${lead}it ended on SIGTERM (exit code ${exitCode})`;
  return `${lead}it ended with ${exitInWords(run) ?? ''}`;
}
