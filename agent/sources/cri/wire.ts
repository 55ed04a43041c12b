/** The bytes are no protocol buffer, or not the one that was asked for. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** One field of a message: a number, or bytes (a text, a message within, or what is passed over). */
export interface WireField {
  readonly number: number;
  /** Of a field that holds a number (wire type 0). */
  readonly varint: bigint | undefined;
  /** Of a field that holds bytes (wire type 2): a view into the message, not a copy. */
  readonly bytes: Uint8Array | undefined;
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;
/** Seven bits a byte: 64 bits take ten. */
const MAX_VARINT_BYTES = 10;

/**
 * Reads a message field by field (protobuf.dev, "Encoding"). What a message holds beside the fields that are asked for
 * is passed over without being looked at, so its cost is bounded by its length.
 *
 * @throws WireError for bytes that end too early or are no message
 */
export function readMessage(message: Uint8Array, take: (field: WireField) => void): void {
  const bytes = new Cursor(message);
  while (!bytes.isAtEnd) {
    const tag = bytes.varint();
    const number = Number(tag >> 3n);
    if (number === 0 || number > 0x1fff_ffff) throw new WireError('a field has a number that none can have');
    switch (Number(tag & 7n)) {
      case VARINT:
        take({ number, varint: bytes.varint(), bytes: undefined });
        break;
      case LENGTH:
        take({ number, varint: undefined, bytes: bytes.take(bytes.varint()) });
        break;
      case FIXED_64:
        bytes.take(8n);
        break;
      case FIXED_32:
        bytes.take(4n);
        break;
      default:
        throw new WireError('a field has a type that none can have');
    }
  }
}

class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let count = 0; count < MAX_VARINT_BYTES; count += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new WireError('a number ends too early');
      this.#at += 1;
      value |= BigInt(byte & 0x7f) << BigInt(7 * count);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new WireError('a number is longer than 64 bits');
  }

  take(length: bigint): Uint8Array {
    if (length > BigInt(this.#bytes.length - this.#at)) throw new WireError('a field ends too early');
    const from = this.#at;
    this.#at += Number(length);
    return this.#bytes.subarray(from, this.#at);
  }
}

const utf8 = new TextDecoder();

/** The text of a field that holds one; bytes that are no UTF-8 become U+FFFD. */
export function textOf({ bytes }: WireField): string {
  if (bytes === undefined) throw new WireError('a field holds a number where a text should be');
  return utf8.decode(bytes);
}

/** The message of a field that holds one. */
export function bytesOf({ bytes }: WireField): Uint8Array {
  if (bytes === undefined) throw new WireError('a field holds a number where a message should be');
  return bytes;
}

/** The number of a field of 32 bits, or of an enumeration. */
export function int32Of(field: WireField): number {
  return Number(BigInt.asIntN(32, varintOf(field)));
}

export function uint32Of(field: WireField): number {
  return Number(BigInt.asUintN(32, varintOf(field)));
}

export function int64Of(field: WireField): bigint {
  return BigInt.asIntN(64, varintOf(field));
}

function varintOf({ varint }: WireField): bigint {
  if (varint === undefined) throw new WireError('a field holds bytes where a number should be');
  return varint;
}

/** The key and value of one entry of a map; a map is a list of messages of two fields. */
export function entryOf(field: WireField): { readonly key: string; readonly value: WireField | undefined } {
  let key = '';
  let value: WireField | undefined;
  readMessage(bytesOf(field), (part) => {
    if (part.number === 1) key = textOf(part);
    else if (part.number === 2) value = part;
  });
  return { key, value };
}

/** A message whose fields are all texts, as requests here are; a list of texts is its field several times. */
export function writeTexts(...fields: readonly (readonly [number: number, text: string])[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap(([number, text]) => {
      const bytes = Buffer.from(text, 'utf8');
      return [writeVarint((number << 3) | LENGTH), writeVarint(bytes.length), bytes];
    }),
  );
}

function writeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
