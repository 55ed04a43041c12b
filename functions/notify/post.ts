import { checkedUrl } from '../api/identity/bounded-fetch.ts';

export interface PostBounds {
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  /** Lets loopback be asked in plain HTTP, for tests; everything else is asked by HTTPS, always. */
  readonly allowLoopbackHttp: boolean;
}

/** Of an answer that says no, what is worth logging. */
const MAX_SAID_BYTES = 300;

/**
 * Posts JSON. It follows no redirect, gives up in time, and reads no more of an answer than a line of it.
 *
 * @param name what the address is called in an error: it may itself be a secret
 * @throws Error for anything but a success (2xx)
 */
export async function post(
  name: string,
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  bounds: PostBounds,
): Promise<void> {
  const response = await sent(name, address, body, headers, bounds);
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  throw new Error(`${name} answered with status ${response.status}: ${await beginningOf(response)}`);
}

async function sent(
  name: string,
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  bounds: PostBounds,
): Promise<Response> {
  let url: URL;
  try {
    url = checkedUrl(address, bounds.allowLoopbackHttp);
  } catch {
    // Without the cause, which repeats the address.
    throw new Error(`${name} has no https address without a user`);
  }
  return bounds.fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json', 'user-agent': 'podlapse', ...headers },
    body,
    signal: AbortSignal.timeout(bounds.timeoutMs),
  });
}

async function beginningOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the body.
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MAX_SAID_BYTES) break;
  }
  return Buffer.concat(chunks).toString().slice(0, MAX_SAID_BYTES);
}
