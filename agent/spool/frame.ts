import { crc32 } from 'node:zlib';

/** Length and CRC-32 of the body, four bytes each. */
export const FRAME_HEAD_BYTES = 8;
/** A longer body is not one that we wrote: an event is bounded far below (`LIMITS.eventBytes`). */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Makes of `frame`, whose body stands in it, a whole one: writes length and sum into its head.
 *
 * @throws RangeError without a body (a file that a crash left full of zeros must not read as empty frames of the right
 * sum), or with one that is too long
 */
export function seal(frame: Buffer): void {
  const bodyBytes = frame.length - FRAME_HEAD_BYTES;
  if (bodyBytes < 1 || bodyBytes > MAX_BODY_BYTES) {
    throw new RangeError(`a frame has 1 to ${MAX_BODY_BYTES} bytes, not ${bodyBytes}`);
  }
  frame.writeUInt32LE(bodyBytes, 0);
  frame.writeUInt32LE(crc32(frame.subarray(FRAME_HEAD_BYTES)), 4);
}

/** A frame whose body is a text. */
export function textFrame(text: string): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEAD_BYTES + Buffer.byteLength(text));
  frame.write(text, FRAME_HEAD_BYTES, 'utf8');
  seal(frame);
  return frame;
}

/**
 * The body of the frame that begins at `offset`, a view into `bytes`, and where the frame ends. Undefined if there is
 * no whole one: the file ends, was torn there by a crash, or was damaged.
 */
export function frameAt(
  bytes: Buffer,
  offset: number,
): { readonly body: Buffer; readonly end: number } | undefined {
  const bodyAt = offset + FRAME_HEAD_BYTES;
  if (bodyAt >= bytes.length) return undefined;
  const length = bytes.readUInt32LE(offset);
  if (length === 0 || length > MAX_BODY_BYTES || bodyAt + length > bytes.length) return undefined;
  const body = bytes.subarray(bodyAt, bodyAt + length);
  return crc32(body) === bytes.readUInt32LE(offset + 4) ? { body, end: bodyAt + length } : undefined;
}

/** How many bytes the frame at the beginning of `bytes` says that it has; undefined if it says nothing possible. */
export function frameBytes(bytes: Buffer): number | undefined {
  if (bytes.length < FRAME_HEAD_BYTES) return undefined;
  const length = bytes.readUInt32LE(0);
  return length === 0 || length > MAX_BODY_BYTES ? undefined : FRAME_HEAD_BYTES + length;
}
