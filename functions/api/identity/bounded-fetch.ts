/** What a fetch may cost, and how it is done. */
export interface FetchBounds {
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Lets loopback be asked in plain HTTP, for tests; everything else is asked by HTTPS, always. */
  readonly allowLoopbackHttp: boolean;
}

/**
 * The JSON at an address. It follows no redirect, which could lead to where the address may not, and gives up at the
 * bounds of time and size. @throws Error whatever it was that went wrong
 */
export async function fetchJson(address: string, bounds: FetchBounds): Promise<unknown> {
  const url = checkedUrl(address, bounds.allowLoopbackHttp);
  const response = await bounds.fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json, application/jwk-set+json' },
    signal: AbortSignal.timeout(bounds.timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url.href} answered with status ${response.status}`);
  }
  return JSON.parse(await readText(response, url, bounds.maxBytes));
}

/** An address that may be asked. @throws Error if it is none */
export function checkedUrl(address: string, allowLoopbackHttp: boolean): URL {
  const url = new URL(address);
  const secure = url.protocol === 'https:';
  const loopback = allowLoopbackHttp && url.protocol === 'http:' && url.hostname === '127.0.0.1';
  if (!secure && !loopback) throw new Error(`${url.href} is not an https address`);
  if (url.username !== '' || url.password !== '') throw new Error(`${url.host} is given with a user`);
  return url;
}

async function readText(response: Response, url: URL, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the body.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`${url.href} answered with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
