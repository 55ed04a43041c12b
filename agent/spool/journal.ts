import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Disk } from './disk.ts';
import { isSystemError } from './disk-error.ts';
import { frameAt, textFrame } from './frame.ts';

export interface JournalSettings {
  readonly disk: Disk;
  /** The file. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Whether all that the spool accepted is safe. While it is not, nothing is written: what stands in the journal must
   * never be ahead of the spool.
   */
  readonly isSpoolSafe: () => boolean;
}

/** How far a file grows beyond what a rewrite would have, before it is rewritten. */
const SLACK_BYTES = 1024 * 1024;
/** How often a journal that is behind is tried again: each time is a rewrite. */
const RETRY_MS = 5_000;

/**
 * Keeps a small state on the disk, as a row of steps: JSON values, each with length and sum. A step costs one write;
 * now and then the file is rewritten with as few steps as make the same state.
 *
 * What `load` gives is the state after some step that was added, not always the last one: steps are written without
 * fsync, so a killed process loses none, and a power cut loses those since the last `sync`. It is never the state
 * after a step that was not added.
 */
export class Journal {
  readonly #settings: JournalSettings;
  /** As few steps as make the state. */
  readonly #snapshot: () => Iterable<unknown>;
  #bytes = 0;
  #rewriteAtBytes = 0;
  /** Steps are missing in the file: only a rewrite can bring it up to date. */
  #isBehind = true;
  #retryAtMs = 0;
  #turn: Promise<void> = Promise.resolve();
  #pending: Buffer[] = [];
  #flushing: Promise<void> | undefined;

  /** @param snapshot as few steps as make the state after the last that was added */
  constructor(settings: JournalSettings, snapshot: () => Iterable<unknown>) {
    this.#settings = settings;
    this.#snapshot = snapshot;
  }

  /** The steps that are there, up to where the file is whole. What cannot be read is as good as not there. */
  async load(): Promise<unknown[]> {
    const { disk, name, log } = this.#settings;
    try {
      if (!(await disk.names()).includes(name)) return [];
      const bytes = await disk.read(name);
      const steps: unknown[] = [];
      for (let frame = frameAt(bytes, 0); frame !== undefined; frame = frameAt(bytes, frame.end)) {
        steps.push(JSON.parse(frame.body.toString('utf8')));
      }
      return steps;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      log.warn(
        { file: name, error: error.message },
        'what an earlier agent has left cannot be read: it begins anew',
      );
      return [];
    }
  }

  /** Adds a step; the state that `snapshot` gives has it already. Resolves when the process may be killed. */
  add(step: unknown): Promise<void> {
    this.#pending.push(textFrame(JSON.stringify(step)));
    // Steps that are added while one is written go with the next write, together.
    this.#flushing ??= this.#inTurn(async () => {
      this.#flushing = undefined;
      const steps = Buffer.concat(this.#pending.splice(0));
      if (this.#isBehind || this.#bytes > this.#rewriteAtBytes) await this.#rewrite();
      else if (!this.#settings.isSpoolSafe()) this.#isBehind = true;
      else await this.#try(() => this.#append(steps));
    });
    return this.#flushing;
  }

  /** Makes what was added safe from a power cut. */
  sync(): Promise<void> {
    const { disk, name } = this.#settings;
    return this.#inTurn(async () => {
      if (this.#bytes > 0) await this.#try(() => disk.sync(name));
    });
  }

  async #append(frames: Buffer): Promise<void> {
    await this.#settings.disk.write(this.#settings.name, this.#bytes, frames);
    this.#bytes += frames.length;
  }

  async #rewrite(): Promise<void> {
    const { disk, name, clock, isSpoolSafe } = this.#settings;
    const nowMs = clock.now();
    // Also when the clock was set back.
    const waits = nowMs < this.#retryAtMs && nowMs >= this.#retryAtMs - RETRY_MS;
    if (waits || !isSpoolSafe()) {
      this.#isBehind = true;
      return;
    }
    const bytes = Buffer.concat(Array.from(this.#snapshot(), (step) => textFrame(JSON.stringify(step))));
    await this.#try(async () => {
      await disk.replace(name, bytes);
      this.#isBehind = false;
      this.#bytes = bytes.length;
      this.#rewriteAtBytes = 2 * bytes.length + SLACK_BYTES;
    });
  }

  /** A step that cannot be written is none: the next agent only begins a little further back. */
  async #try(write: () => Promise<void>): Promise<void> {
    const { name, clock, log } = this.#settings;
    try {
      await write();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (!this.#isBehind) {
        log.warn(
          { file: name, error: error.message },
          'how far the agent came cannot be written to the spool folder',
        );
      }
      this.#isBehind = true;
      this.#retryAtMs = clock.now() + RETRY_MS;
    }
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => {});
    return result;
  }
}
