import * as z from 'zod/mini';
import { parseJson } from '../parse-json.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { DeadLetters } from './dead-letters.ts';
import { isSystemError } from './disk-error.ts';
import { DiskSpool } from './disk-spool.ts';
import { FolderDisk } from './folder-disk.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import type { JournalSettings } from './journal.ts';
import type { Spool } from './spool.ts';
import type { DiskSpoolReports } from './spool-reports.ts';

/** What waits in the folder is of another cluster: sent now, it would be stored under the wrong name. */
export class SpoolOwnerError extends Error {
  override readonly name = 'SpoolOwnerError';
}

export interface SpoolFolderSettings {
  readonly folder: string;
  readonly cluster: string;
  /** The most that events take on the disk; what else is kept there is small beside it. */
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Everything that an agent keeps on the disk. */
export interface SpoolFolder {
  /** To be called once. @throws SpoolFormatError */
  openSpool(reports: DiskSpoolReports): Promise<Spool>;
  /** Where something keeps how far it came, never ahead of the spool. */
  journal(name: string): JournalSettings;
  /** After the spool was closed. */
  close(): Promise<void>;
}

/** What memory holds while the disk fails, if the disk's bound is larger. */
const MAX_MEMORY_BYTES = 32 * 1024 * 1024;
/** A part of the spool's bound, beside it. */
const DEAD_LETTERS_PART = 1 / 8;
const OWNER = 'owner.json';
const owner = z.object({ cluster: z.string() });

/**
 * Takes the folder for this agent. One that cannot be written to is taken all the same: the spool tells it, and is in
 * memory until it can.
 *
 * @throws SpoolInUseError
 * @throws SpoolOwnerError
 */
export async function openSpoolFolder(settings: SpoolFolderSettings): Promise<SpoolFolder> {
  const { folder, maxBytes, clock, log } = settings;
  const disk = new FolderDisk(folder);
  let lock: FolderLock | undefined;
  try {
    lock = await lockFolder(folder);
    await checkOwner(disk, settings);
  } catch (error) {
    if (!isSystemError(error)) {
      await lock?.release();
      throw error;
    }
    log.warn({ folder, error: error.message }, 'the spool folder cannot be taken for this agent alone');
  }
  const deadLetters = new DeadLetters({ disk, maxBytes: maxBytes * DEAD_LETTERS_PART, clock, log });
  let spool: DiskSpool | undefined;
  return {
    async openSpool(reports) {
      spool = await DiskSpool.open({
        disk,
        maxBytes,
        maxMemoryBytes: Math.min(maxBytes, MAX_MEMORY_BYTES),
        clock,
        reports,
        putAside: (refused) => deadLetters.add(refused),
      });
      return spool;
    },
    journal: (name) => ({
      disk,
      name: `state-${name}.spool`,
      clock,
      log,
      isSpoolSafe: () => spool?.isSafe ?? false,
    }),
    async close() {
      await disk.close();
      await lock?.release();
    },
  };
}

async function checkOwner(disk: FolderDisk, { folder, cluster }: SpoolFolderSettings): Promise<void> {
  const names = await disk.names();
  if (!names.includes(OWNER)) {
    await disk.replace(OWNER, Buffer.from(JSON.stringify({ cluster })));
    return;
  }
  const found = owner.safeParse(parseJson((await disk.read(OWNER)).toString('utf8')));
  if (found.success && found.data.cluster === cluster) return;
  const theirs = found.success ? `cluster "${found.data.cluster}"` : 'something else';
  throw new SpoolOwnerError(
    `the spool at ${folder} holds what was recorded for ${theirs}, not for "${cluster}": give this agent another --spool-dir`,
  );
}
