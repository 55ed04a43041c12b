import type { Clock } from '../clock.ts';
import { readRefusal } from './answer-body.ts';
import type { KubernetesClient } from './kubernetes-api.ts';
import { LineSplitter } from './line-splitter.ts';
import { QuietGuard } from './quiet-guard.ts';
import { readFrame, type WatchFrame } from './watch-frame.ts';

/** A watch ended as soon as it began, and brought nothing: it must not be repeated at once (as client-go says). */
export class ShortWatchError extends Error {
  override readonly name = 'ShortWatchError';
}

/** The watch stands, and no error came with its first words. */
export interface Settled {
  readonly type: 'SETTLED';
}

export interface WatchSettings {
  readonly client: KubernetesClient;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly resourceVersion: string;
  /** When the server is asked to end the watch. */
  readonly timeoutSeconds: number;
  /** The longest line that is held. */
  readonly maxFrameBytes: number;
  /** After this long without an `ERROR`, the watch stands. A server sends a 410 as the first frame, at once. */
  readonly settleMs: number;
}

/** A watch that lasts less, and brings nothing, is a failure. */
const SHORT_MS = 1_000;
/** What a server may be late with the end that it was asked for. */
const END_GRACE_MS = 30_000;
/** A server that sends bookmarks does so about once a minute; two and a half mean that it is gone. */
const BOOKMARK_SILENCE_MS = 150_000;

/**
 * Watches from a version until the server ends the watch, and gives what came at once together. Each frame is read, and
 * then the next of the stream, only when it is asked for.
 *
 * @throws KubernetesApiError when the watch is refused
 * @throws KubernetesUnreachableError when it breaks off or falls silent
 * @throws WatchFrameError when a frame cannot be read
 * @throws ShortWatchError when it ended as soon as it began
 */
export async function* watchFrames(
  settings: WatchSettings,
  signal: AbortSignal,
): AsyncGenerator<Iterable<WatchFrame | Settled>> {
  const { client, path, query, clock, resourceVersion, timeoutSeconds, settleMs } = settings;
  const openedAtMs = clock.now();
  const guard = new QuietGuard(clock, signal, timeoutSeconds * 1000 + END_GRACE_MS);
  const watchQuery = {
    ...query,
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion,
    timeoutSeconds: String(timeoutSeconds),
  };
  let frames = 0;
  const framesOf = function* (lines: Iterable<string>): Generator<WatchFrame> {
    for (const line of lines) {
      const frame = readFrame(line);
      frames += 1;
      if (frame.type === 'BOOKMARK') guard.limit(BOOKMARK_SILENCE_MS);
      yield frame;
    }
  };
  try {
    const answer = await client.get(path, watchQuery, guard.signal);
    if (answer.status !== 200) throw await readRefusal(answer);
    const splitter = new LineSplitter(settings.maxFrameBytes);
    for await (const chunk of settling(answer.body, settleMs, clock, guard)) {
      guard.busy();
      yield chunk === undefined ? [{ type: 'SETTLED' }] : framesOf(splitter.push(chunk));
      guard.waiting();
    }
  } finally {
    guard.end();
  }
  const lastedMs = clock.now() - openedAtMs;
  if (frames === 0 && lastedMs < SHORT_MS) {
    throw new ShortWatchError(`the watch ended after ${lastedMs} ms and brought nothing`);
  }
}

/** The chunks, and one `undefined` in their midst if none came within `settleMs`. */
async function* settling(
  body: AsyncIterable<Uint8Array>,
  settleMs: number,
  clock: Clock,
  guard: QuietGuard,
): AsyncGenerator<Uint8Array | undefined> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    const first = chunks.next();
    if (await isPendingAfter(first, settleMs, clock, guard.signal)) yield undefined;
    for (let result = await first; result.done !== true; result = await chunks.next()) yield result.value;
  } finally {
    // If we are left while a chunk is awaited, only the end of the request ends that wait.
    guard.end();
    await chunks.return?.();
  }
}

async function isPendingAfter(
  promise: Promise<unknown>,
  durationMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  const settled = new AbortController();
  const stop = () => settled.abort();
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([
      promise.then(() => false),
      clock.sleep(durationMs, settled.signal).then(() => !signal.aborted),
    ]);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
