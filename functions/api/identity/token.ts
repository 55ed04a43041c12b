import { createHash } from 'node:crypto';

/** What every token of ours begins with, so that scanners for leaked secrets can know it. */
const PREFIX = 'podlapse_';
const SECRET_BYTES = 32;
const FORM = /^podlapse_[\w-]{43}$/;

/** A new token: 256 bits of chance. */
export function mintToken(randomBytes: (size: number) => Uint8Array): string {
  return PREFIX + Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url');
}

/** Whether text can be one of our tokens at all: what cannot is refused without asking the store. */
export function isTokenForm(text: string): boolean {
  return FORM.test(text);
}

/**
 * The SHA-256 of a token in hexadecimal, under which it is kept. A slow hash (bcrypt, Argon2) protects what people
 * choose; of 256 random bits a quick one gives nothing away either, and the API hashes for every request.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
