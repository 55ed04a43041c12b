import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AgentIdentity } from '../trim/statement.ts';
import type { Tell } from './happening.ts';
import { type Listeners, listen } from './listeners.ts';

/** What waits to be delivered. */
export interface SpoolSight {
  readonly events: number;
  readonly bytes: number;
  /** How long the oldest event has waited, in milliseconds; 0 when none does. */
  readonly oldestAgeMs: number;
}

export interface Metrics {
  /** Counts what happened. */
  readonly count: Tell;
  /** From now on the spool is looked at whenever the numbers are asked for. */
  followSpool(look: () => SpoolSight): void;
  /** All numbers in the Prometheus text format, and its content type. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const PREFIX = 'podlapse_agent_';
/** The way from a source to durable is 0.2 s for company and one request; a minute and more is an API that was away. */
const LATENCY_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600];

/**
 * The agent's numbers. Names and labels are few and bounded: nothing that a cluster names, such as a pod or an image,
 * becomes a label.
 *
 * @param now milliseconds since the epoch, of the agent's clock
 */
export function createMetrics(agent: AgentIdentity, now: () => number): Metrics {
  const registry = new Registry();
  const parts = { registry, now };
  const { version = 'unknown', role, node = '' } = agent;
  gauge(parts, 'info', 'Which agent this is.', ['version', 'role', 'node']).set({ version, role, node }, 1);
  addProcess(parts);
  let look = (): SpoolSight => ({ events: 0, bytes: 0, oldestAgeMs: 0 });
  addSpool(parts, () => look());
  return {
    count: listen({
      ...countSources(parts),
      ...countWatches(parts),
      ...countDelivery(parts),
      ...countLeading(parts),
    }),
    followSpool: (newLook) => {
      look = newLook;
    },
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

interface Parts {
  readonly registry: Registry;
  readonly now: () => number;
}

function countSources(parts: Parts): Listeners {
  // One for every event: adding it up here costs a tenth of what the library's counter does.
  const recorded = new Map<string, number>();
  counter(parts, 'events_total', 'Events taken into the spool, by source.', ['source'], (total) => {
    total.reset();
    for (const [source, events] of recorded) total.inc({ source }, events);
  });
  const leftOut = counter(
    parts,
    'left_out_total',
    'Things that a source said and that are not as it promises: whole events, or fields of one.',
    ['source', 'kind'],
  );
  const gapOpen = gauge(parts, 'gap_open', '1 while a source is not watched.', ['source']);
  const gaps = counter(parts, 'gaps_total', 'Stretches in which a source was not watched, by why.', [
    'source',
    'reason',
  ]);
  const dropped = counter(
    parts,
    'events_dropped_total',
    'Events that were lost after they were seen, by why.',
    ['source', 'reason'],
  );
  return {
    recorded: ({ source, events }) => recorded.set(source, (recorded.get(source) ?? 0) + events),
    'left-out': ({ drop: { source, kind } }) => leftOut.inc({ source, kind }),
    stated({ statement: { type, watched: source, reason = '', dropped: lost = 0 } }) {
      if (type === 'events-dropped') dropped.inc({ source, reason }, lost);
      else gapOpen.set({ source }, type === 'gap-opened' ? 1 : 0);
      if (type === 'gap-opened') gaps.inc({ source, reason });
    },
  };
}

function countWatches(parts: Parts): Listeners {
  const restarts = counter(
    parts,
    'watch_restarts_total',
    'Lists and watches that failed and were begun again, by why. A watch that ends in its time is none.',
    ['source', 'reason'],
  );
  const movedAtMs = new Map<string, number>();
  gauge(
    parts,
    'resource_version_age_seconds',
    'Since when the version that a watch would go on from has not moved; bookmarks move it about once a minute.',
    ['source'],
    (age) => {
      for (const [source, atMs] of movedAtMs) age.set({ source }, Math.max(0, parts.now() - atMs) / 1000);
    },
  );
  const restarted = ({ source, reason }: { readonly source: string; readonly reason: string }) =>
    restarts.inc({ source, reason });
  const logs = counter(
    parts,
    'logs_total',
    'Logs of runs that ended, by what came of asking for them; only where the agent is to send them.',
    ['result'],
  );
  const signals = counter(
    parts,
    'signals_lost_total',
    'Times that the kernel told of more signals than were read in time; only with --tracefs.',
    [],
  );
  return {
    'signals-lost': () => signals.inc(),
    'log-asked': ({ outcome }) => logs.inc({ result: outcome }),
    'version-moved': ({ source, atMs }) => movedAtMs.set(source, atMs),
    'watch-failed': restarted,
    'watch-expired': restarted,
    'docker-failed': ({ code }) =>
      restarted({ source: 'docker', reason: code === 'timeout' ? 'timeout' : 'unreachable' }),
    'cri-failed': ({ code }) =>
      restarted({ source: 'cri', reason: code === 'timeout' ? 'timeout' : 'unreachable' }),
  };
}

function countDelivery(parts: Parts): Listeners {
  const events = counter(parts, 'delivered_events_total', 'Events whose fate the API has named.', ['result']);
  const failures = counter(
    parts,
    'delivery_outages_total',
    'Times that the API began to take nothing: it was away or overloaded (unavailable), or refused us.',
    ['reason'],
  );
  const down = gauge(parts, 'delivery_down', '1 while the API takes nothing.', []);
  down.set(0);
  const latency = new Histogram({
    name: `${PREFIX}delivery_seconds`,
    help: 'From when the oldest event of a batch was observed until the API said that the batch is durable.',
    buckets: LATENCY_SECONDS,
    registers: [parts.registry],
  });
  return {
    delivered({ accepted, duplicates, latencyMs }) {
      events.inc({ result: 'accepted' }, accepted);
      events.inc({ result: 'duplicate' }, duplicates);
      latency.observe(latencyMs / 1000);
      down.set(0);
    },
    'event-rejected': () => events.inc({ result: 'rejected' }),
    'event-undeliverable': () => events.inc({ result: 'undeliverable' }),
    'delivery-failed'({ status }) {
      failures.inc({ reason: status === undefined ? 'unavailable' : 'refused' });
      down.set(1);
    },
    'delivery-recovered': () => down.set(0),
  };
}

function countLeading(parts: Parts): Listeners {
  const leading = gauge(parts, 'leading', '1 while this replica leads; only where replicas elect one.', []);
  // Without an election there is no such number, so that a sum over all agents counts leaders.
  leading.remove();
  const failures = counter(parts, 'election_failures_total', 'Times that the lease could not be used.', []);
  return {
    'leading-began': () => leading.set(1),
    'leading-ended': () => leading.set(0),
    following: () => leading.set(0),
    'election-failed': () => failures.inc(),
  };
}

function addSpool(parts: Parts, look: () => SpoolSight): void {
  gauge(parts, 'spool_events', 'Events that wait to be delivered.', [], (one) => one.set(look().events));
  gauge(parts, 'spool_bytes', 'What waits to be delivered, in bytes.', [], (one) => one.set(look().bytes));
  gauge(
    parts,
    'spool_oldest_age_seconds',
    'How long the oldest event that waits to be delivered has waited.',
    [],
    (one) => one.set(look().oldestAgeMs / 1000),
  );
}

/** prom-client's own measure the event loop every 10 ms, which is not worth it on every node of a cluster. */
function addProcess({ registry }: Parts): void {
  const add = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  add('process_resident_memory_bytes', 'Resident memory size in bytes.', () => process.memoryUsage.rss());
  const startedAtS = Date.now() / 1000 - process.uptime();
  add(
    'process_start_time_seconds',
    'Start time of the process since the epoch, in seconds.',
    () => startedAtS,
  );
  registry.registerMetric(
    new Counter({
      name: 'process_cpu_seconds_total',
      help: 'User and system CPU time spent, in seconds.',
      registers: [],
      collect() {
        const { user, system } = process.cpuUsage();
        this.reset();
        this.inc((user + system) / 1e6);
      },
    }),
  );
}

function counter<L extends string>(
  { registry }: Parts,
  name: string,
  help: string,
  labelNames: readonly L[],
  collect?: (counter: Counter<L>) => void,
): Counter<L> {
  return new Counter<L>({
    name: PREFIX + name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    ...(collect && {
      collect() {
        collect(this);
      },
    }),
  });
}

function gauge<L extends string>(
  { registry }: Parts,
  name: string,
  help: string,
  labelNames: readonly L[],
  collect?: (gauge: Gauge<L>) => void,
): Gauge<L> {
  return new Gauge<L>({
    name: PREFIX + name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    ...(collect && {
      collect() {
        collect(this);
      },
    }),
  });
}
