import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvalidCursorError } from './errors.ts';
import { secretKey } from './keys/secret-key.ts';
import { IF_ABSENT, putIf } from './put-if.ts';
import type { TableParts } from './query.ts';

/** Hides the part of a cursor that the reader may not know. */
export interface CursorSeal {
  /** The same text gives the same sealed one, so that a page has one ETag. */
  seal(text: string): Promise<string>;
  /** @throws InvalidCursorError for what this table's seal did not make */
  open(sealed: string): Promise<string>;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Texts are filled up to a multiple of this, as the length of a name tells of it. */
const BLOCK_BYTES = 1_024;

/**
 * A seal whose key is in the table: made by whoever needs it first, so that all instances have the same one. The
 * initialisation vector follows from the text, as in RFC 5297: it is another one for each other text.
 */
export function createCursorSeal(table: TableParts, randomBytes: (size: number) => Uint8Array): CursorSeal {
  let reading: Promise<Uint8Array> | undefined;
  const key = async (): Promise<Uint8Array> => {
    reading ??= readKey(table).then((found) => found ?? makeKey(table, randomBytes(KEY_BYTES)));
    try {
      return await reading;
    } catch (error) {
      // The next one tries again.
      reading = undefined;
      throw error;
    }
  };
  return {
    async seal(text) {
      const secret = await key();
      const bytes = Buffer.from(text);
      const padded = Buffer.alloc(Math.ceil((bytes.length + 1) / BLOCK_BYTES) * BLOCK_BYTES);
      bytes.copy(padded);
      const iv = createHmac('sha256', secret).update(padded).digest().subarray(0, IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, secret, iv);
      const body = Buffer.concat([cipher.update(padded), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    },
    async open(sealed) {
      const secret = await key();
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES) throw new InvalidCursorError();
      const decipher = createDecipheriv(ALGORITHM, secret, bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      try {
        const padded = Buffer.concat([
          decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)),
          decipher.final(),
        ]);
        return padded.subarray(0, padded.indexOf(0)).toString();
      } catch (error) {
        throw new InvalidCursorError(error);
      }
    },
  };
}

async function readKey({ client, tableName }: TableParts): Promise<Uint8Array | undefined> {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: secretKey.ofCursors, ConsistentRead: true }),
  );
  return item?.['secret']?.B;
}

/** Gives the key that is in the table afterwards: this one, or that of whoever was there first. */
async function makeKey(table: TableParts, secret: Uint8Array): Promise<Uint8Array> {
  const item = { ...secretKey.ofCursors, v: { N: '1' }, secret: { B: secret } };
  if (await putIf(table, item, IF_ABSENT)) return secret;
  return (await readKey(table)) ?? secret;
}
