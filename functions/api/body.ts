import { promisify } from 'node:util';
import { constants, gunzip, type InputType, zstdDecompress } from 'node:zlib';
import { LIMITS } from '../../timeline/contract/limits.ts';
import { Problem } from './problem.ts';

type Inflate = (data: InputType, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const ungzip = promisify(gunzip);
const unzstd = promisify(zstdDecompress);

const INFLATE: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
  ['gzip', ungzip],
  ['x-gzip', ungzip],
  [
    'zstd',
    // Before it writes a byte, zstd sets memory aside for the window that the sender announces: up to 128 MB.
    (data, { maxOutputLength }) =>
      unzstd(data, {
        maxOutputLength,
        params: { [constants.ZSTD_d_windowLogMax]: Math.ceil(Math.log2(maxOutputLength)) },
      }),
  ],
]);

/** How large a body may be. */
export interface BodyBounds {
  /** As it is sent. */
  readonly bodyBytes: number;
  /** Once decompressed. */
  readonly inflatedBodyBytes: number;
}

/**
 * The text of a request's body, decompressed. It stops at the limits: nothing beyond `bodyBytes` is read, nothing
 * beyond `inflatedBodyBytes` is decompressed. @throws Problem that names the limit.
 */
export async function readBody(request: Request, bounds: BodyBounds = LIMITS): Promise<string> {
  const encoding = (request.headers.get('content-encoding') ?? 'identity').trim().toLowerCase();
  const inflate = INFLATE.get(encoding);
  if (inflate === undefined && encoding !== 'identity' && encoding !== '') {
    throw new Problem(
      'unsupported-content-encoding',
      `The body's Content-Encoding is "${encoding}"; send it plain, or with gzip or zstd.`,
      { headers: { 'accept-encoding': 'gzip, zstd' } },
    );
  }
  const sent = await readBounded(request, bounds.bodyBytes);
  return decode(
    inflate === undefined ? sent : await inflateBounded(inflate, encoding, sent, bounds.inflatedBodyBytes),
  );
}

async function readBounded(request: Request, limitBytes: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > limitBytes) throw tooLarge(limitBytes);
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the stream: a chunked body without end is not read to its end.
  for await (const chunk of request.body) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes);
}

async function inflateBounded(
  inflate: Inflate,
  encoding: string,
  sent: Uint8Array,
  limitBytes: number,
): Promise<Uint8Array> {
  try {
    return await inflate(sent, { maxOutputLength: limitBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Problem(
        'inflated-body-too-large',
        `The body is more than ${limitBytes} bytes (inflatedBodyBytes) once decompressed; send less at once.`,
        { members: { limit: 'inflatedBodyBytes', limitBytes }, cause: error },
      );
    }
    throw new Problem(
      'malformed-body',
      `The body is not valid ${encoding}, although its Content-Encoding says so.`,
      {
        cause: error,
      },
    );
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Problem('malformed-body', 'The body is not valid UTF-8.', { cause: error });
  }
}

function tooLarge(limitBytes: number): Problem {
  return new Problem(
    'body-too-large',
    `The body is more than ${limitBytes} bytes (bodyBytes); send less at once, or compress it with gzip or zstd.`,
    { members: { limit: 'bodyBytes', limitBytes } },
  );
}
