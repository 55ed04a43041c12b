import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from './disk.ts';
import { makeFolder } from './make-folder.ts';

const READ_WRITE = constants.O_RDWR | constants.O_CREAT;
/** What waits may tell of a cluster: it is nobody else's to read. */
const FILE_MODE = 0o600;
/** A file that was to replace another when the process ended. */
const UNFINISHED = '.new';

/** A folder of the machine, which is made when it is first written to. */
export class FolderDisk implements Disk {
  readonly #folder: string;
  readonly #open = new Map<string, FileHandle>();
  /** Files whose names are not safe from a power cut yet. */
  readonly #unsafeNames = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async names(): Promise<string[]> {
    await makeFolder(this.#folder);
    const entries = await readdir(this.#folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith(UNFINISHED))
      .map(({ name }) => name);
  }

  async read(name: string, offset = 0, length?: number): Promise<Buffer> {
    const file = await open(this.#path(name), 'r');
    try {
      const wanted = length ?? (await file.stat()).size - offset;
      const bytes = Buffer.allocUnsafe(Math.max(0, wanted));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await file.close();
    }
  }

  async write(name: string, offset: number, bytes: Buffer): Promise<void> {
    const file = await this.#file(name);
    for (let written = 0; written < bytes.length; ) {
      // A disk that fills up takes a part first, and refuses only then.
      written += (await file.write(bytes, written, bytes.length - written, offset + written)).bytesWritten;
    }
  }

  async sync(name: string): Promise<void> {
    await (await this.#file(name)).datasync();
    if (this.#unsafeNames.has(name)) {
      await this.#syncFolder();
      this.#unsafeNames.delete(name);
    }
  }

  async cut(name: string, bytes: number): Promise<void> {
    await (await this.#file(name)).truncate(bytes);
  }

  async replace(name: string, bytes: Buffer): Promise<void> {
    await this.release(name);
    const unfinished = `${name}${UNFINISHED}`;
    try {
      await this.cut(unfinished, 0);
      await this.write(unfinished, 0, bytes);
      await (await this.#file(unfinished)).datasync();
      await rename(this.#path(unfinished), this.#path(name));
      await this.#syncFolder();
    } finally {
      this.#unsafeNames.delete(unfinished);
      await this.release(unfinished);
    }
  }

  async remove(name: string): Promise<void> {
    await this.release(name);
    this.#unsafeNames.delete(name);
    await rm(this.#path(name), { force: true });
  }

  async release(name: string): Promise<void> {
    const file = this.#open.get(name);
    this.#open.delete(name);
    await file?.close();
  }

  /** Closes all files. */
  async close(): Promise<void> {
    for (const name of Array.from(this.#open.keys())) await this.release(name);
  }

  async #file(name: string): Promise<FileHandle> {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    await makeFolder(this.#folder);
    const file = await open(this.#path(name), READ_WRITE, FILE_MODE);
    this.#open.set(name, file);
    // It may be new: its name is then only in memory yet.
    this.#unsafeNames.add(name);
    return file;
  }

  /** `fsync(2)`: a file's own sync does not make its name safe. */
  async #syncFolder(): Promise<void> {
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
