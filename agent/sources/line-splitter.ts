import { WatchFrameError } from './watch-frame.ts';

const NEWLINE = 0x0a;

/**
 * Cuts a byte stream into lines at `\n` and nowhere else: JSON may hold U+2028 and other ends of line that text
 * readers cut at. It works on bytes, so a character that lies across two chunks stays whole.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /**
   * The lines that `chunk` completes, without their `\n`; empty ones are left out.
   * @throws WatchFrameError as soon as a line grows over the cap, so that no more of it need be held
   */
  *push(chunk: Uint8Array): Generator<string> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const line = this.#lineOf(bytes, start, end);
      start = end + 1;
      if (line !== '') yield line;
    }
    if (start < bytes.length) this.#hold(bytes.subarray(start));
  }

  #lineOf(bytes: Buffer, start: number, end: number): string {
    this.#count(end - start);
    let line: string;
    if (this.#parts.length === 0) line = bytes.toString('utf8', start, end);
    else line = Buffer.concat([...this.#parts, bytes.subarray(start, end)]).toString('utf8');
    this.#parts = [];
    this.#bytes = 0;
    return line;
  }

  #hold(part: Buffer): void {
    this.#count(part.length);
    this.#parts.push(part);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#maxLineBytes) return;
    throw new WatchFrameError(
      'frame-too-large',
      `a watch frame is longer than ${this.#maxLineBytes} bytes; no Kubernetes object is`,
    );
  }
}
