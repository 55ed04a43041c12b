import { createHash } from 'node:crypto';
import { InvalidCursorError } from './errors.ts';

/**
 * A cursor says where a list goes on: a position in text form, bound by a checksum to the list that gave it out.
 *
 * It holds no secret (what a reader may not know is sealed, `cursor-seal.ts`) and grants nothing: the partition is
 * always that of the request, which was authorised on its own, and the position is bound to it again by whoever reads
 * it. The checksum catches what is altered, cut, or brought from another list or another filter, where going on would
 * silently skip.
 */
export const cursor = {
  /** `list` names the list with all its filters. */
  encode(list: string, position: readonly string[]): string {
    const body = JSON.stringify(position);
    return Buffer.from(`${checksum(list, body)}${body}`).toString('base64url');
  },
  /** @throws InvalidCursorError */
  decode(list: string, text: string): readonly string[] {
    const decoded = Buffer.from(text, 'base64url').toString();
    const body = decoded.slice(CHECKSUM_LENGTH);
    if (decoded.slice(0, CHECKSUM_LENGTH) !== checksum(list, body)) throw new InvalidCursorError();
    try {
      return JSON.parse(body);
    } catch (error) {
      throw new InvalidCursorError(error);
    }
  },
} as const;

const CHECKSUM_LENGTH = 16;

function checksum(list: string, body: string): string {
  return createHash('sha256')
    .update(list)
    .update('\0')
    .update(body)
    .digest('base64url')
    .slice(0, CHECKSUM_LENGTH);
}
