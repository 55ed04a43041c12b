import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from '../../spool/disk-error.ts';

const PREFIX = 'podlapse-';
const EVENT = 'events/signal/signal_generate';
/** For each processor: some thousand signals between two readings. */
const BUFFER_KIB = 256;
/** The kernel gives one page at a time. */
const READ_BYTES = 64 * 1024;
/** All that the buffers of sixteen processors can hold. */
const MAX_READS = 2_048;

export interface TraceRead {
  readonly lines: readonly string[];
  /** False if there is more than is read at once. */
  readonly isAll: boolean;
}

/**
 * A tracing instance of the kernel for the signals that `filter` names (Documentation/trace/ftrace.rst, "Instances").
 * It records beside whatever else is traced on the node, and slows nothing but the sending of these signals.
 */
export class TraceInstance {
  readonly #folder: string;
  readonly #pipe: number;
  readonly #buffer = Buffer.alloc(READ_BYTES);
  /** The beginning of a line whose end is not read yet. */
  #rest = '';

  private constructor(folder: string, pipe: number) {
    this.#folder = folder;
    this.#pipe = pipe;
  }

  /**
   * @param tracefs where the tracing file system is mounted: `/sys/kernel/tracing`
   * @throws Error with the file system's code: `ENOENT` where it is not mounted, `EACCES` or `EPERM` without root
   */
  static open(tracefs: string, filter: string): TraceInstance {
    const instances = join(tracefs, 'instances');
    removeAbandoned(instances);
    const folder = join(instances, `${PREFIX}${randomBytes(6).toString('hex')}`);
    mkdirSync(folder);
    let pipe: number | undefined;
    try {
      // Open first: from now on another agent that tidies up leaves it alone.
      pipe = openSync(join(folder, 'trace_pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
      writeFileSync(join(folder, 'buffer_size_kb'), String(BUFFER_KIB));
      writeFileSync(join(folder, 'trace_clock'), 'mono');
      writeFileSync(join(folder, EVENT, 'filter'), filter);
      writeFileSync(join(folder, EVENT, 'enable'), '1');
      return new TraceInstance(folder, pipe);
    } catch (error) {
      if (pipe !== undefined) closeSync(pipe);
      if (existsSync(folder)) rmdirSync(folder);
      throw error;
    }
  }

  /** What was traced since the last reading. It does not wait. */
  read(): TraceRead {
    let text = this.#rest;
    let isAll = false;
    for (let reads = 0; reads < MAX_READS && !isAll; reads += 1) {
      const bytes = this.#readSome();
      if (bytes === 0) isAll = true;
      else text += this.#buffer.toString('utf8', 0, bytes);
    }
    const lines = text.split('\n');
    this.#rest = lines.pop() ?? '';
    return { lines, isAll };
  }

  /** Ends the tracing, and leaves nothing of it. */
  close(): void {
    writeFileSync(join(this.#folder, EVENT, 'enable'), '0');
    closeSync(this.#pipe);
    rmdirSync(this.#folder);
  }

  #readSome(): number {
    try {
      return readSync(this.#pipe, this.#buffer);
    } catch (error) {
      if (isSystemError(error) && error.code === 'EAGAIN') return 0;
      throw error;
    }
  }
}

/** Of agents that were killed. The kernel refuses to remove one that is read. */
function removeAbandoned(instances: string): void {
  for (const name of readdirSync(instances)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(instances, name);
    try {
      rmdirSync(folder);
    } catch (error) {
      const isRead = isSystemError(error) && error.code === 'EBUSY';
      if (!isRead && existsSync(folder)) throw error;
    }
  }
}
