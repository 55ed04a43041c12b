import { createHash } from 'node:crypto';

/**
 * Makes a name from the cluster safe as a part of a key: whatever could be taken for a separator, and whatever is
 * not plain ASCII, is written as `%` and the hexadecimal code unit (lone surrogates too, which UTF-8 cannot hold).
 * A part of more than `maxBytes` is cut and ends in `~` and its hash: DynamoDB refuses a sort key of more than
 * 1,024 bytes, and one hostile name must not make a whole batch unstorable.
 */
export function keyPart(text: string, maxBytes: number): string {
  const escaped = text.replaceAll(
    /[^\w.:@/-]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (escaped.length <= maxBytes) return escaped;
  const hash = createHash('sha256').update(escaped).digest('base64url').slice(0, 22);
  return `${escaped.slice(0, maxBytes - hash.length - 1)}~${hash}`;
}
