import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Below this, compressing saves less than a packet. */
const MIN_GZIP_BYTES = 1_024;
const COMPRESSIBLE =
  /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|x-ndjson)|application\/openmetrics-text|image\/svg\+xml)/;
/** By whom and in which form something is asked for decides what is answered. */
const VARIES_BY = ['Accept-Encoding', 'Authorization'];

const gzipped = promisify(gzip);

/**
 * A read's answer as it is sent: with an ETag, as 304 to whoever has it already, and compressed for whoever takes that
 * (RFC 9110, sections 8.8.3, 13.1.2 and 12.5.3). What must not be kept (`no-store`) and what is no success stays as it is.
 *
 * Hono has middleware for either; in one pass over the bytes, with zlib in place of streams, it costs a fraction. The
 * ETag is weak, as it is that of the content in every encoding.
 */
export async function represent(request: Request, response: Response): Promise<Response> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const { headers } = response;
  if (!isRead || response.status !== 200 || headers.get('cache-control')?.includes('no-store') === true) {
    return response;
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const etag = `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  headers.set('etag', etag);
  headers.set('cache-control', headers.get('cache-control') ?? 'private, no-cache');
  headers.set('vary', [headers.get('vary') ?? '', ...VARIES_BY].filter((name) => name !== '').join(', '));

  if (isKnown(etag, request.headers.get('if-none-match'))) {
    headers.delete('content-type');
    return new Response(null, { status: 304, headers });
  }
  const compresses =
    bytes.length >= MIN_GZIP_BYTES &&
    COMPRESSIBLE.test(headers.get('content-type') ?? '') &&
    acceptsGzip(request.headers.get('accept-encoding') ?? '');
  if (!compresses) return new Response(bytes, { headers });
  headers.set('content-encoding', 'gzip');
  return new Response(await gzipped(bytes), { headers });
}

function isKnown(etag: string, ifNoneMatch: string | null): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = etag.slice('W/'.length);
  return ifNoneMatch.match(/"[^"]*"/g)?.includes(opaque) ?? false;
}

function acceptsGzip(acceptEncoding: string): boolean {
  const weights = new Map(
    acceptEncoding.split(',').map((coding) => {
      const [name = '', ...parameters] = coding.split(';').map((part) => part.trim().toLowerCase());
      const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [name, q === undefined ? 1 : Number(q)] as const;
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
