import { type ApiClient, path } from '../app/api/client.ts';
import { ApiProblem } from '../app/api/problem.ts';

/** How an open timeline follows what is recorded. */
export type LiveMode = 'connecting' | 'streaming' | 'polling';

export interface Following {
  readonly api: ApiClient;
  readonly cluster: string;
  readonly uid: string;
  readonly signal: AbortSignal;
  /** Something may be new. */
  readonly onChange: () => void;
  readonly onMode: (mode: LiveMode) => void;
  /** Resolves after `ms`, or at once when aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

const POLL_MS = 3_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Follows a pod until aborted: by server-sent events, read by fetch because an EventSource can send no token; and where
 * the API offers none, by asking again and again, which costs a 304 while nothing is new.
 */
export async function followPod(following: Following): Promise<void> {
  const { signal, onMode, wait } = following;
  let retryMs = FIRST_RETRY_MS;
  while (!signal.aborted) {
    onMode('connecting');
    try {
      await readStream(following, () => {
        retryMs = FIRST_RETRY_MS;
        // Whatever came before there was a connection.
        following.onChange();
      });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiProblem) && !(error instanceof TypeError)) throw error;
      if (error instanceof ApiProblem && error.status === 401) return;
      if (error instanceof ApiProblem && error.code === 'live-not-offered') return poll(following);
      retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
    }
    await wait(retryMs, signal);
  }
}

async function readStream(
  { api, cluster, uid, signal, onChange, onMode }: Following,
  onOpen: () => void,
): Promise<void> {
  const { body } = await api.response(path`/v1/clusters/${cluster}/pods/${uid}/live`, {}, { signal });
  if (body === null) return;
  onOpen();
  onMode('streaming');
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    if (lines.some((line) => line === 'event: changed')) onChange();
  }
}

async function poll({ signal, onChange, onMode, wait }: Following): Promise<void> {
  onMode('polling');
  while (!signal.aborted) {
    onChange();
    await wait(POLL_MS, signal);
  }
}
