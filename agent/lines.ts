const NEWLINE = 0x0a;

/** One line of a stream, counted from 1. */
export type Line =
  | {
      readonly number: number;
      readonly text: string /** False for a last line without `\n`. */;
      readonly terminated: boolean;
    }
  /** Longer than allowed; passed over without being held. */
  | { readonly number: number; readonly tooLong: true };

/**
 * Cuts a byte stream into lines, at `\n` and nowhere else: JSON may hold other ends of line. Empty lines are left
 * out, but counted. The next chunk is read only when the lines of this one were taken.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<Line, void, undefined> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let number = 1;

  const hold = (part: Uint8Array) => {
    bytes += part.length;
    if (bytes <= maxLineBytes) parts.push(part);
    else parts = [];
  };
  const release = (terminated: boolean): Line | undefined => {
    const text = Buffer.concat(parts).toString('utf8');
    const line: Line = bytes > maxLineBytes ? { number, tooLong: true } : { number, text, terminated };
    const isEmpty = bytes === 0;
    parts = [];
    bytes = 0;
    number += 1;
    return isEmpty ? undefined : line;
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      hold(chunk.subarray(start, end));
      start = end + 1;
      const line = release(true);
      if (line !== undefined) yield line;
    }
    hold(chunk.subarray(start));
  }
  const last = release(false);
  if (last !== undefined) yield last;
}
