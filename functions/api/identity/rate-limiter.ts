import type { Log } from '../../log.ts';
import type { RateCounter } from '../../store/rate-counter.ts';
import { Problem } from '../problem.ts';

/**
 * Requests a minute of one token, where the token itself does not say otherwise. An agent's token serves all nodes of
 * its cluster: 5,000 of them may send a batch every five seconds.
 */
export const REQUESTS_PER_MINUTE = { agent: 60_000, reader: 600, admin: 120 } as const;

export interface RateLimiter {
  /** Counts a request of `caller`. @throws Problem that names the limit and the wait, once it is used up. */
  admit(caller: string, requestsPerMinute: number): Promise<void>;
}

export interface RateLimiterParts {
  readonly counter: RateCounter;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
}

const MINUTE_MS = 60_000;
/** An instance tells of its requests when they are a twentieth of the limit, or a hundred. */
const TOLD_PER_LIMIT = 20;
const MOST_UNTOLD = 100;

interface Count {
  /** Of all instances, as far as this one knows. */
  told: number;
  /** Of this instance, since it last told. */
  untold: number;
}

/**
 * A limit for each caller and minute of the clock, over all instances.
 *
 * An instance counts by itself, and adds to the common count only when it has `min(100, limit / 20)` requests to tell
 * of: 1,000 requests cost 10 write units at the limit of an agent, 33 at that of a reader, and none at all where an
 * instance sees fewer in a minute. The price is exactness: each instance may admit that many more than the limit. Once
 * the limit is known to be reached, refusing costs nothing.
 */
export function createRateLimiter({ counter, clock, log }: RateLimiterParts): RateLimiter {
  let minute = 0;
  let counts = new Map<string, Count>();

  const tell = async (caller: string, count: Count): Promise<void> => {
    const { untold } = count;
    count.told += untold;
    count.untold = 0;
    try {
      count.told = Math.max(count.told, await counter.add(caller, clock(), untold));
    } catch (error) {
      // A store that cannot count must not keep history out: the instance goes on with what it knows itself.
      log.warn('the common count of requests cannot be reached', { caller, error });
    }
  };

  return {
    async admit(caller, requestsPerMinute) {
      const nowMs = clock();
      if (Math.floor(nowMs / MINUTE_MS) !== minute) {
        minute = Math.floor(nowMs / MINUTE_MS);
        counts = new Map();
      }
      const count = counts.get(caller) ?? { told: 0, untold: 0 };
      counts.set(caller, count);
      if (count.told + count.untold >= requestsPerMinute) throw tooMany(requestsPerMinute, nowMs);
      count.untold += 1;
      const most = Math.max(1, Math.min(MOST_UNTOLD, Math.floor(requestsPerMinute / TOLD_PER_LIMIT)));
      if (count.untold >= most) await tell(caller, count);
    },
  };
}

function tooMany(requestsPerMinute: number, nowMs: number): Problem {
  const retryAfterSeconds = Math.ceil((MINUTE_MS - (nowMs % MINUTE_MS)) / 1000);
  return new Problem(
    'too-many-requests',
    `This token has made its ${requestsPerMinute} requests of this minute (requestsPerMinute); wait ${retryAfterSeconds} seconds.`,
    {
      headers: { 'retry-after': String(retryAfterSeconds) },
      members: { limit: 'requestsPerMinute', limitRequests: requestsPerMinute, retryAfterSeconds },
    },
  );
}
