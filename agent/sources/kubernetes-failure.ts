import { InconsistentWatchError } from './consistency.ts';
import {
  KubernetesApiError,
  KubernetesCredentialsError,
  KubernetesUnreachableError,
} from './kubernetes-api.ts';
import { ShortWatchError } from './watch-stream.ts';
import { WatchFrameError } from './watch-frame.ts';

/** Why a source is not watched, as gap statements say it. */
export type OutageReason = 'api-unreachable' | 'unauthorized' | 'forbidden' | 'refused';
/** Why the set had to be listed again. */
export type RelistReason = 'watch-expired' | 'watch-inconsistent' | 'frame-too-large' | 'frame-malformed';

/** What to do about a failure. */
export type Verdict =
  /** The watch goes on from the version it has. */
  | { readonly action: 'retry'; readonly reason: OutageReason; readonly retryAfterMs?: number }
  /** Nothing changes by itself soon: the same, with longer waits. */
  | { readonly action: 'retry-slowly'; readonly reason: OutageReason }
  /** The version is of no use any more. */
  | { readonly action: 'relist'; readonly reason: RelistReason };

/**
 * The one place that says what follows from an error of the list-watch. Undefined for an error that is not the
 * environment's (a full disk below `observe`, a fault in the code): that one ends the source.
 *
 * @param shortWatches how many watches in a row ended as soon as they began, this one included
 */
export function classify(error: unknown, shortWatches: number): Verdict | undefined {
  if (error instanceof WatchFrameError) return { action: 'relist', reason: error.code };
  if (error instanceof InconsistentWatchError) return { action: 'relist', reason: 'watch-inconsistent' };
  if (error instanceof KubernetesUnreachableError) return { action: 'retry', reason: 'api-unreachable' };
  if (error instanceof KubernetesCredentialsError) return { action: 'retry-slowly', reason: 'unauthorized' };
  if (error instanceof ShortWatchError) {
    // A stale version of Events can end a watch at once, without a 410 (kubernetes#104171): do not spin on it.
    return shortWatches < 3
      ? { action: 'retry', reason: 'api-unreachable' }
      : { action: 'relist', reason: 'watch-expired' };
  }
  if (error instanceof KubernetesApiError) return classifyStatus(error);
  return undefined;
}

function classifyStatus({ status }: KubernetesApiError): Verdict {
  switch (status.code) {
    case 401:
      return { action: 'retry-slowly', reason: 'unauthorized' };
    case 403:
      return { action: 'retry-slowly', reason: 'forbidden' };
    case 410:
      return { action: 'relist', reason: 'watch-expired' };
    case 429:
      return retry(status.retryAfterMs);
    default:
      // The server was restored to an older state, or is another one: it will not come to know our version soon.
      if (status.versionTooLarge) return { action: 'relist', reason: 'watch-expired' };
      return status.code >= 500 ? retry(status.retryAfterMs) : { action: 'retry-slowly', reason: 'refused' };
  }
}

function retry(retryAfterMs: number | undefined): Verdict {
  const verdict = { action: 'retry', reason: 'api-unreachable' } as const;
  return retryAfterMs === undefined ? verdict : { ...verdict, retryAfterMs };
}
