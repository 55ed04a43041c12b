import type { Disk } from '../../agent/spool/disk.ts';

/** A failure as the system gives it. */
export class DiskFailure extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`${code}: made by a test`);
    this.code = code;
  }
}

interface File {
  /** What a reader sees. */
  content: Buffer;
  /** What a power cut leaves at least; undefined if not even the name. */
  safe: Buffer | undefined;
}

/**
 * A disk in memory that knows what survives what. A killed process loses nothing that was written. A power cut keeps
 * what was synced; of what was not, it keeps any part from the front, of which the last bytes may be garbage. It can
 * be told to fail, and to be full.
 */
export class CrashingDisk implements Disk {
  readonly #files = new Map<string, File>();
  #failure: string | undefined;
  #failAfterBytes = Number.POSITIVE_INFINITY;
  #capacityBytes = Number.POSITIVE_INFINITY;
  syncs = 0;
  writes = 0;

  /** Every change fails from now on, once that many more bytes were written; undefined: no more. */
  fail(code: string | undefined, afterBytes = 0): void {
    this.#failure = code;
    this.#failAfterBytes = afterBytes;
  }

  /** How much fits. */
  limit(bytes: number): void {
    this.#capacityBytes = bytes;
  }

  get bytes(): number {
    return Array.from(this.#files.values()).reduce((sum, { content }) => sum + content.length, 0);
  }

  /** The content of a file, to look at or to damage. */
  content(name: string): Buffer {
    return this.#file(name).content;
  }

  damage(name: string, change: (content: Buffer) => Buffer): void {
    const file = this.#file(name);
    file.content = change(Buffer.from(file.content));
    file.safe = file.content;
  }

  /** The same files as another disk. */
  copy(): CrashingDisk {
    const copy = new CrashingDisk();
    for (const [name, { content, safe }] of this.#files) copy.#files.set(name, { content, safe });
    return copy;
  }

  /**
   * The power is cut.
   * @param random gives a number in [0, 1): how much of what was not synced is kept, and whether it is garbage
   */
  cutPower(random: () => number): void {
    for (const [name, file] of this.#files) {
      if (file.safe === undefined && random() < 0.5) {
        this.#files.delete(name);
        continue;
      }
      const safe = file.safe ?? Buffer.alloc(0);
      const isAppended = file.content.subarray(0, safe.length).equals(safe);
      if (!isAppended) {
        // Cut or overwritten, and not synced: either is what there is.
        if (random() < 0.5) file.content = safe;
      } else {
        const kept = safe.length + Math.floor(random() * (file.content.length - safe.length + 1));
        file.content = Buffer.from(file.content.subarray(0, kept));
        const garbage = Math.min(Math.floor(random() * 20), kept - safe.length);
        if (random() < 0.3) file.content.fill(Math.floor(random() * 256), kept - garbage);
      }
      file.safe = file.content;
    }
  }

  names(): Promise<string[]> {
    return Promise.resolve([...this.#files.keys()]);
  }

  async read(name: string, offset = 0, length = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const { content } = this.#file(name);
    return Promise.resolve(Buffer.from(content.subarray(offset, Math.min(content.length, offset + length))));
  }

  async write(name: string, offset: number, bytes: Buffer): Promise<void> {
    await Promise.resolve();
    const room = Math.max(0, this.#capacityBytes - this.bytes);
    const taken = Math.min(
      bytes.length,
      room,
      this.#failure === undefined ? bytes.length : this.#failAfterBytes,
    );
    const file = this.#files.get(name) ?? { content: Buffer.alloc(0), safe: undefined };
    const end = Math.max(file.content.length, offset + taken);
    const content = Buffer.alloc(end);
    file.content.copy(content);
    bytes.copy(content, offset, 0, taken);
    file.content = content;
    this.#files.set(name, file);
    this.writes += 1;
    this.#failAfterBytes -= taken;
    if (taken < bytes.length) throw new DiskFailure(this.#failure ?? 'ENOSPC');
  }

  async sync(name: string): Promise<void> {
    await Promise.resolve();
    this.#mayChange();
    const file = this.#file(name);
    file.safe = file.content;
    this.syncs += 1;
  }

  async cut(name: string, bytes: number): Promise<void> {
    await Promise.resolve();
    this.#mayChange();
    const file = this.#file(name);
    file.content = Buffer.from(file.content.subarray(0, bytes));
  }

  async replace(name: string, bytes: Buffer): Promise<void> {
    await Promise.resolve();
    this.#mayChange();
    const before = this.#files.get(name)?.content.length ?? 0;
    if (this.bytes + bytes.length - before > this.#capacityBytes) throw new DiskFailure('ENOSPC');
    this.#files.set(name, { content: bytes, safe: bytes });
    this.syncs += 1;
  }

  async remove(name: string): Promise<void> {
    await Promise.resolve();
    if (this.#failure === 'EROFS') this.#mayChange();
    this.#files.delete(name);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  #mayChange(): void {
    if (this.#failure !== undefined && this.#failAfterBytes <= 0) throw new DiskFailure(this.#failure);
  }

  #file(name: string): File {
    const file = this.#files.get(name);
    if (file === undefined) throw new DiskFailure('ENOENT');
    return file;
  }
}
