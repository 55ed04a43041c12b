/**
 * The files of one folder, as the spool needs them. Names are plain, without a slash. Every method rejects with what
 * the system said; what it did before that is undone or told by the caller, never assumed.
 */
export interface Disk {
  /** The files that are there, in no order. */
  names(): Promise<string[]>;
  /** Bytes from `offset`, at most `length`; fewer where the file ends. */
  read(name: string, offset?: number, length?: number): Promise<Buffer>;
  /** Writes all of `bytes` at `offset`; makes the file if it is not there. A failure can leave a part of them. */
  write(name: string, offset: number, bytes: Buffer): Promise<void>;
  /** Returns when what was written to the file survives a power cut, and so does its name. */
  sync(name: string): Promise<void>;
  cut(name: string, bytes: number): Promise<void>;
  /** Gives the file a new content, all or nothing, and safe from a power cut. */
  replace(name: string, bytes: Buffer): Promise<void>;
  /** Removes the file; none there is as good. */
  remove(name: string): Promise<void>;
  /** The file is not written to any more. */
  release(name: string): Promise<void>;
}
