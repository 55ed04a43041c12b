import { promisify } from 'node:util';
import { gunzip, type InputType, zstdDecompress } from 'node:zlib';
import { LIMITS } from '../../timeline/contract/limits.ts';
import { Problem } from './problem.ts';

type Inflate = (data: InputType, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const INFLATE: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['zstd', promisify(zstdDecompress)],
]);

/**
 * The text of a request's body, decompressed. It stops at the limits: nothing beyond `bodyBytes` is read, nothing
 * beyond `inflatedBodyBytes` is decompressed. @throws Problem that names the limit.
 */
export async function readBody(request: Request): Promise<string> {
  const encoding = (request.headers.get('content-encoding') ?? 'identity').trim().toLowerCase();
  const inflate = INFLATE.get(encoding);
  if (inflate === undefined && encoding !== 'identity' && encoding !== '') {
    throw new Problem(
      'unsupported-content-encoding',
      `The body's Content-Encoding is "${encoding}"; send it plain, or with gzip or zstd.`,
      { headers: { 'accept-encoding': 'gzip, zstd' } },
    );
  }
  const sent = await readBounded(request);
  return decode(inflate === undefined ? sent : await inflateBounded(inflate, encoding, sent));
}

async function readBounded(request: Request): Promise<Uint8Array> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > LIMITS.bodyBytes) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the stream: a chunked body without end is not read to its end.
  for await (const chunk of request.body) {
    bytes += chunk.length;
    if (bytes > LIMITS.bodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes);
}

async function inflateBounded(inflate: Inflate, encoding: string, sent: Uint8Array): Promise<Uint8Array> {
  try {
    return await inflate(sent, { maxOutputLength: LIMITS.inflatedBodyBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Problem(
        'inflated-body-too-large',
        `The body is more than ${LIMITS.inflatedBodyBytes} bytes (inflatedBodyBytes) once decompressed; send smaller batches.`,
        { members: { limit: 'inflatedBodyBytes', limitBytes: LIMITS.inflatedBodyBytes }, cause: error },
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

function tooLarge(): Problem {
  return new Problem(
    'body-too-large',
    `The body is more than ${LIMITS.bodyBytes} bytes (bodyBytes); send smaller batches, or compress them with gzip or zstd.`,
    { members: { limit: 'bodyBytes', limitBytes: LIMITS.bodyBytes } },
  );
}
