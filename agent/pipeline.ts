import type { Clock } from './clock.ts';
import { createDeliveryLog } from './deliver/delivery-log.ts';
import { createDelivery, type DeliveryReports } from './deliver/deliver.ts';
import { createPoster } from './deliver/post.ts';
import { createDropLog } from './drop-log.ts';
import type { Log } from './log.ts';
import type { Observe } from './observation.ts';
import type { SendSettings } from './settings.ts';
import { timestamp } from './sources/coverage.ts';
import { type DroppedEvents, MemorySpool, type WhenFull } from './spool/memory-spool.ts';
import type { BatchBounds } from './spool/spool.ts';
import type { Statement } from './statement.ts';
import type { AgentIdentity } from './trim/statement.ts';
import { createTrim } from './trim/trim.ts';

export interface PipelineSettings {
  readonly agent: AgentIdentity;
  readonly send: SendSettings;
  readonly whenFull: WhenFull;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Hears what delivery tells, beside the log. */
  readonly reports?: Partial<DeliveryReports>;
}

/** Everything after the sources: trim, spool, deliver. The same for an agent and for a replay. */
export interface Pipeline {
  readonly observe: Observe;
  /** Waits until all that was observed is delivered or `signal` is aborted, then stops. Gives how many events are left. */
  drain(signal: AbortSignal): Promise<number>;
}

/**
 * 0.2 s is what a lone event waits for company; the rest keeps a batch's request, and what it takes to repeat one,
 * small: far below the API's own limits.
 */
const BOUNDS: BatchBounds = { maxEvents: 1_000, maxBytes: 1024 * 1024, maxAgeMs: 200 };
const REQUEST_TIMEOUT_MS = 30_000;

export function createPipeline(settings: PipelineSettings): Pipeline {
  const { agent, send, whenFull, clock, random, log, reports = {} } = settings;
  const trim = createTrim({ agent, told: createDropLog(log) });
  const spool = new MemorySpool({
    maxBytes: send.spoolMaxBytes,
    whenFull,
    clock,
    onFull: () =>
      log.warn(
        { bytes: send.spoolMaxBytes },
        'no more events can be kept while the API is away: the oldest are dropped from now on (--spool-max-bytes)',
      ),
    onDropped: (dropped) => stateDropped(dropped),
  });
  const poster = createPoster({
    api: send.api,
    cluster: send.cluster,
    tokenFile: send.tokenFile,
    timeoutMs: REQUEST_TIMEOUT_MS,
    now: () => clock.now(),
    userAgent: `podlapse-agent/${agent.version ?? 'unknown'}`,
  });
  const delivery = createDelivery({
    spool,
    post: poster.post,
    clock,
    random,
    reports: bothOf(createDeliveryLog(log, send.api, send.cluster), reports),
    bounds: BOUNDS,
  });

  // Trimming depends on the order of observations, so nothing may come between it and the spool's place in line.
  const observe: Observe = (observation) => spool.append(trim(observation));

  const stateDropped = async (dropped: readonly DroppedEvents[]): Promise<void> => {
    for (const { watched, count, from, to } of dropped) {
      log.warn({ watched, count, from, to }, 'events were dropped for want of room while the API was away');
      const raw: Statement = {
        type: 'events-dropped',
        watched,
        from,
        to,
        reason: 'spool-full',
        dropped: count,
      };
      await observe({ at: timestamp(clock.now()), source: 'agent', raw });
    }
  };

  const stop = new AbortController();
  const delivering = delivery.run(stop.signal);
  return {
    observe,
    async drain(signal) {
      await Promise.race([delivery.settled(signal), delivering]);
      stop.abort();
      await delivering;
      poster.close();
      return spool.size.events;
    },
  };
}

function bothOf(first: DeliveryReports, second: Partial<DeliveryReports>): DeliveryReports {
  return {
    trouble: (trouble) => {
      first.trouble(trouble);
      second.trouble?.(trouble);
    },
    recovered: () => {
      first.recovered();
      second.recovered?.();
    },
    stored: (receipt, events) => {
      first.stored(receipt, events);
      second.stored?.(receipt, events);
    },
    undeliverable: (event, problem) => {
      first.undeliverable(event, problem);
      second.undeliverable?.(event, problem);
    },
  };
}
