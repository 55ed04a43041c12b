import { WatchFrameError } from './watch-frame.ts';

const NEWLINE = 0x0a;

/**
 * Cuts a byte stream into lines at `\n` and nowhere else: JSON may hold U+2028 and other ends of line that text
 * readers cut at. It works on bytes, so a character that lies across two chunks stays whole.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /**
   * The lines that `chunk` completes, without their `\n`; empty ones are left out.
   * @throws WatchFrameError as soon as a line grows over the cap, so that no more of it need be held
   */
  *push(chunk: Uint8Array): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#hold(chunk.subarray(start, end));
      start = end + 1;
      const line = this.#release();
      if (line !== '') yield line;
    }
    this.#hold(chunk.subarray(start));
  }

  #hold(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    if (this.#bytes > this.#maxLineBytes) {
      throw new WatchFrameError(
        'frame-too-large',
        `a watch frame is longer than ${this.#maxLineBytes} bytes; no Kubernetes object is`,
      );
    }
    this.#parts.push(part);
  }

  #release(): string {
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  }
}
