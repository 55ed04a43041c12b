import { stat } from 'node:fs/promises';
import { pathFlag } from './flag-types.ts';
import { type Environment, missing, type Reading, readFlags, usageOf } from './flags.ts';
import { checked } from './settings.ts';
import { readDeadLetters } from './spool/dead-letters.ts';
import { isSystemError } from './spool/disk-error.ts';
import { FolderDisk } from './spool/folder-disk.ts';

export interface DeadLettersSettings {
  readonly spoolDir: string;
}

/** There is no spool where one was said to be. */
export class NoSpoolError extends Error {
  override readonly name = 'NoSpoolError';
}

const FLAGS = { 'spool-dir': pathFlag('the --spool-dir of the agent, which may be running; needed') };

export function deadLettersUsage(): string {
  return `Usage: npm run agent -- dead-letters --spool-dir PATH

Prints the events that the podlapse API refused for good, one a line (NDJSON): {"refusedAt","reason","event"}.

${usageOf(FLAGS)}`;
}

export function readDeadLettersSettings(
  argv: readonly string[],
  environment: Environment,
): Reading<DeadLettersSettings> {
  return checked(readFlags(FLAGS, argv, environment), ({ 'spool-dir': spoolDir }) =>
    spoolDir === undefined
      ? { errors: [missing('spool-dir', 'give the folder that the agent was given')] }
      : { errors: [], settings: { spoolDir } },
  );
}

/**
 * The dead letters of a folder as NDJSON, the oldest first.
 * @throws NoSpoolError
 */
export async function* deadLetterLines({ spoolDir }: DeadLettersSettings): AsyncGenerator<string> {
  try {
    // The spool would make the folder.
    await stat(spoolDir);
    for await (const letter of readDeadLetters(new FolderDisk(spoolDir))) yield `${JSON.stringify(letter)}\n`;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new NoSpoolError(`the spool cannot be read: ${error.message}`, { cause: error });
  }
}
