import type { WatchedSource } from '../timeline/contract/agent-event.ts';
import type { EventSource, RecordedEvent } from '../timeline/contract/event.ts';
import type { Clock } from './clock.ts';
import type { ProxyEnvironment } from './deliver/connection.ts';
import { createDeliveryLog } from './deliver/delivery-log.ts';
import { createDelivery, type DeliveryReports } from './deliver/deliver.ts';
import { DEFAULT_COMPRESSION } from './deliver/encode.ts';
import { createPoster } from './deliver/post.ts';
import { createDropLog } from './drop-log.ts';
import type { Log } from './log.ts';
import type { Observation, Observe } from './observation.ts';
import type { Redact } from './redact.ts';
import type { SendSettings } from './settings.ts';
import { timestamp } from './sources/coverage.ts';
import type { BatchBounds, Spool } from './spool/spool.ts';
import { createSpoolLog } from './spool/spool-log.ts';
import type { DiskSpoolReports } from './spool/spool-reports.ts';
import type { Statement } from './statement.ts';
import type { Tell } from './telemetry/happening.ts';
import type { SpoolSight } from './telemetry/metrics.ts';
import { sighted } from './telemetry/spool-sight.ts';
import type { AgentIdentity } from './trim/statement.ts';
import { createTrim } from './trim/trim.ts';

export interface PipelineSettings {
  readonly agent: AgentIdentity;
  readonly send: SendSettings;
  /** Makes the place where events wait; it is given who hears what it tells. */
  readonly spool: (reports: DiskSpoolReports) => Spool | Promise<Spool>;
  /** What is watched, for statements about all of it. */
  readonly watched: readonly WatchedSource[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly tell: Tell;
  /** Where a proxy on the way to the API may be named. */
  readonly proxy?: ProxyEnvironment;
  /** What goes over the lines of logs; default: the rules without the operator's own. */
  readonly redact?: Redact | undefined;
  /** Hears what delivery tells, beside the log. */
  readonly reports?: Partial<DeliveryReports>;
}

/** Everything after the sources: trim, spool, deliver. The same for an agent and for a replay. */
export interface Pipeline {
  readonly observe: Observe;
  /** What waits to be delivered. */
  readonly look: () => SpoolSight;
  /** Waits until all that was observed is delivered or `signal` is aborted, then stops. Gives how many events are left. */
  drain(signal: AbortSignal): Promise<number>;
}

/**
 * 0.2 s is what a lone event waits for company; the rest keeps a batch's request, and what it takes to repeat one,
 * small: far below the API's own limits.
 */
const BOUNDS: BatchBounds = { maxEvents: 1_000, maxBytes: 1024 * 1024, maxAgeMs: 200 };
const REQUEST_TIMEOUT_MS = 30_000;

export async function createPipeline(settings: PipelineSettings): Promise<Pipeline> {
  const { agent, send, watched, clock, random, log, tell, proxy = {}, reports = {} } = settings;
  const { compression = DEFAULT_COMPRESSION } = send;
  const trim = createTrim({
    agent,
    told: createDropLog(tell),
    ...(settings.redact && { redact: settings.redact }),
  });
  /** What the spool tells while it is opened waits until it is. */
  const ready = Promise.withResolvers<Spool>();

  // Trimming depends on the order of observations, so nothing may come between it and the spool's place in line.
  const append = (place: Spool, observation: Observation) => {
    const events = trim(observation);
    tellOfRecorded(tell, observation.source, events);
    return place.append(events);
  };
  const state = async (raw: Statement): Promise<void> => {
    const spool = await ready.promise;
    try {
      await append(spool, { at: timestamp(clock.now()), source: 'agent', raw });
    } catch (error) {
      log.error({ err: error, statement: raw }, 'a statement of the agent about itself could not be kept');
    }
  };
  const opened = await settings.spool(createSpoolLog(log, state, watched));
  ready.resolve(opened);

  const poster = createPoster({
    api: send.api,
    cluster: send.cluster,
    tokenFile: send.tokenFile,
    caFile: send.apiCaFile,
    proxy,
    compression,
    timeoutMs: REQUEST_TIMEOUT_MS,
    now: () => clock.now(),
    userAgent: `podlapse-agent/${agent.version ?? 'unknown'}`,
  });
  const head = sighted(opened, () => clock.now());
  const delivery = createDelivery({
    spool: head.spool,
    post: poster.post,
    clock,
    random,
    reports: bothOf(
      createDeliveryLog(tell, send, () => clock.now()),
      reports,
    ),
    bounds: BOUNDS,
    compression,
  });
  const stop = new AbortController();
  const delivering = delivery.run(stop.signal);
  return {
    observe: (observation) => append(opened, observation),
    look: head.look,
    async drain(signal) {
      await Promise.race([delivery.settled(signal), delivering]);
      stop.abort();
      await delivering;
      poster.close();
      await opened.close();
      return opened.size.events;
    },
  };
}

function tellOfRecorded(tell: Tell, source: EventSource, events: readonly RecordedEvent[]): void {
  if (events.length > 0) tell({ what: 'recorded', source, events: events.length });
  for (const event of events) if (event.source === 'agent') tell({ what: 'stated', statement: event });
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
    stored: (receipt, eventAt) => {
      first.stored(receipt, eventAt);
      second.stored?.(receipt, eventAt);
    },
    undeliverable: (event, problem) => {
      first.undeliverable(event, problem);
      second.undeliverable?.(event, problem);
    },
  };
}
