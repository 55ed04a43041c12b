import * as z from 'zod/mini';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { timestamp } from '../sources/coverage.ts';
import type { Disk } from './disk.ts';
import { isSystemError } from './disk-error.ts';
import { frameAt, textFrame } from './frame.ts';
import type { RefusedEvent } from './spool.ts';

/** An event that the API refused for good, as it is kept and printed. */
const deadLetter = z.object({
  refusedAt: z.string(),
  reason: z.string(),
  event: z.unknown(),
});
export type DeadLetter = z.infer<typeof deadLetter>;

export interface DeadLettersSettings {
  readonly disk: Disk;
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** The older and the newer half: when the newer is full, the older one goes. */
const OLDER = 'dead-letters-older.spool';
const NEWER = 'dead-letters.spool';

/**
 * Keeps what the API refused for good, for a person to look at: a bounded number of bytes, the oldest go. It stands
 * beside the spool and never in its way: what it cannot keep is told and let go.
 */
export class DeadLetters {
  readonly #settings: DeadLettersSettings;
  /** Of the newer half; undefined before it was looked at. */
  #bytes: number | undefined;

  constructor(settings: DeadLettersSettings) {
    this.#settings = settings;
  }

  /** Resolves when they are safe, or were told to be lost. */
  async add(refused: readonly RefusedEvent[]): Promise<void> {
    const { disk, clock, log, maxBytes } = this.#settings;
    const refusedAt = timestamp(clock.now());
    const frames = Buffer.concat(
      refused.map(({ event, reason }) =>
        textFrame(JSON.stringify({ refusedAt, reason, event } satisfies DeadLetter)),
      ),
    );
    try {
      this.#bytes ??= await this.#begin();
      if (this.#bytes > 0 && this.#bytes + frames.length > maxBytes / 2) await this.#turnOver(this.#bytes);
      const offset = this.#bytes;
      await disk.write(NEWER, offset, frames);
      await disk.sync(NEWER);
      this.#bytes = offset + frames.length;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#bytes = undefined;
      log.error(
        {
          ids: refused.map(({ event }) => event.id).slice(0, 20),
          count: refused.length,
          error: error.message,
        },
        'events that the podlapse API refused could not be put aside on the disk: they are lost',
      );
    }
  }

  /** Finds the end of what is whole, and cuts a torn tail. */
  async #begin(): Promise<number> {
    const { disk } = this.#settings;
    if (!(await disk.names()).includes(NEWER)) return 0;
    const bytes = await disk.read(NEWER);
    let end = 0;
    for (let frame = frameAt(bytes, end); frame !== undefined; frame = frameAt(bytes, end)) end = frame.end;
    if (end < bytes.length) await disk.cut(NEWER, end);
    return end;
  }

  async #turnOver(bytes: number): Promise<void> {
    const { disk, log } = this.#settings;
    log.warn({}, 'the oldest dead letters are removed to make room for new ones');
    await disk.replace(OLDER, await disk.read(NEWER, 0, bytes));
    await disk.remove(NEWER);
    this.#bytes = 0;
  }
}

/** All dead letters of a folder, the oldest first; it may be in use. */
export async function* readDeadLetters(disk: Disk): AsyncGenerator<DeadLetter, void, undefined> {
  const names = await disk.names();
  for (const name of [OLDER, NEWER].filter((one) => names.includes(one))) {
    const bytes = await disk.read(name);
    for (let frame = frameAt(bytes, 0); frame !== undefined; frame = frameAt(bytes, frame.end)) {
      yield z.parse(deadLetter, JSON.parse(frame.body.toString('utf8')));
    }
  }
}
