import { type KubernetesAnswer, KubernetesApiError, readStatus } from './kubernetes-api.ts';

/** A body grew over what was agreed to hold of it. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** The bounds of an answer that is not a watch; a `Status` is a few hundred bytes. */
const MAX_STATUS_BYTES = 64 * 1024;

/**
 * The whole body as text.
 * @throws BodyTooLargeError
 */
export async function readBody(answer: KubernetesAnswer, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyTooLargeError(`the answer is larger than ${maxBytes} bytes`);
    // As it comes: a page of a list is large enough not to be held as bytes and as text at once.
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** What an answer other than 200 says: its `Status`, or as much as can be told from a stranger's page. */
export async function readRefusal(answer: KubernetesAnswer): Promise<KubernetesApiError> {
  const { status, retryAfter } = answer;
  try {
    return new KubernetesApiError(
      readStatus(JSON.parse(await readBody(answer, MAX_STATUS_BYTES)), status, retryAfter),
    );
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !(cause instanceof BodyTooLargeError)) throw cause;
    // A proxy or another server answered, in HTML perhaps: the HTTP status is all there is to go by.
    return new KubernetesApiError(
      readStatus({ message: 'the answer has no Status object' }, status, retryAfter),
    );
  }
}
