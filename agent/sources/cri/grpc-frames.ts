import { CriUnavailableError } from './unavailable.ts';

/** One byte says whether the message is compressed, four how long it is (gRPC over HTTP/2, "Length-Prefixed-Message"). */
const PREFIX_BYTES = 5;

/** A message as gRPC sends it. */
export function frameOf(message: Uint8Array): Uint8Array {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/**
 * Splits what comes from a call into its messages.
 *
 * @throws CriUnavailableError for a message that is compressed, which nobody asked for, or longer than `maxBytes`
 */
export async function* messagesOf(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Uint8Array[] = [];
  let held = 0;
  let wanted = PREFIX_BYTES;
  let isInMessage = false;
  for await (const chunk of chunks) {
    parts.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
      const taken = bytes.subarray(0, wanted);
      const rest = bytes.subarray(wanted);
      parts = rest.length === 0 ? [] : [rest];
      held = rest.length;
      if (isInMessage) {
        isInMessage = false;
        wanted = PREFIX_BYTES;
        yield taken;
      } else {
        wanted = lengthIn(taken, maxBytes);
        isInMessage = true;
      }
    }
  }
}

function lengthIn(prefix: Uint8Array, maxBytes: number): number {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  if (view.getUint8(0) !== 0) throw new CriUnavailableError('malformed', 'a message came compressed');
  const length = view.getUint32(1);
  if (length > maxBytes) {
    throw new CriUnavailableError('malformed', `a message of ${length} bytes came; ${maxBytes} are taken`);
  }
  return length;
}
