import { AnswerTooLargeError } from './errors.ts';

export interface SentRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** The most that is read of the answer's body. */
  readonly maxBytes: number;
}

export interface ReceivedAnswer {
  readonly status: number;
  /** A header by its name in lower case; undefined if there is none. */
  header(name: string): string | undefined;
  readonly text: string;
}

/**
 * Sends one request and reads the answer whole. It follows no redirect: the token is for one address.
 * @throws AnswerTooLargeError, and whatever its own means throw when there is no answer
 */
export type Transport = (request: SentRequest) => Promise<ReceivedAnswer>;

/** The transport of every platform that has `fetch`. */
export const fetchTransport: Transport = async ({ method, url, headers, body, signal, maxBytes }) => {
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new AnswerTooLargeError(url, maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    text: text + decoder.decode(),
  };
};
