import type { Prices } from './prices.ts';

/** What is recorded and looked at, in a month of 30 days. */
export interface Usage {
  readonly clusters: number;
  readonly nodesPerCluster: number;
  /** Pod deltas, Kubernetes Events and runtime events of one node in a day. */
  readonly eventsPerNodeDay: number;
  /** Events that an agent sends at once: what belongs together happens together. */
  readonly eventsPerBatch: number;
  /** Timelines, lists and reports that are opened in a day, in all. */
  readonly readsPerDay: number;
  /** Days for which raw events are kept; restarts and their counts are some hundredths of that. */
  readonly eventsDays: number;
}

/** What one event, batch or look costs, as `npm run bench` measures it. */
export interface Units {
  readonly writeUnitsPerEvent: number;
  /** Read to bring a pod up to date. */
  readonly readUnitsPerEvent: number;
  readonly storedBytesPerEvent: number;
  /** Of a timeline of 1,000 events, which is more than most. */
  readonly readUnitsPerRead: number;
  /** On a warm instance of `memoryMb`. */
  readonly msPerBatch: number;
  readonly msPerRead: number;
  readonly memoryMb: number;
}

export interface MonthlyCost {
  readonly events: number;
  readonly writing: number;
  readonly reading: number;
  readonly storage: number;
  readonly lambda: number;
  readonly watching: number;
  readonly total: number;
}

const DAYS = 30;
const BYTES_PER_GB = 1e9;
/** One line of the log for a request that went well: none. What is left is starts, ends and reports of Lambda. */
const LOG_BYTES_PER_REQUEST = 350;
/** X-Ray's default rule: one request in twenty, beyond one a second. */
const TRACED = 0.05;

/** What a month costs, in USD, by what it is paid for. Free tiers are left out: they end, or are used by others. */
export function monthlyCost(usage: Usage, units: Units, prices: Prices): MonthlyCost {
  const events = usage.clusters * usage.nodesPerCluster * usage.eventsPerNodeDay * DAYS;
  const batches = events / usage.eventsPerBatch;
  const reads = usage.readsPerDay * DAYS;
  const stored = (events / DAYS) * usage.eventsDays * units.storedBytesPerEvent;
  const gbSeconds = ((batches * units.msPerBatch + reads * units.msPerRead) / 1000) * (units.memoryMb / 1024);

  const writing = (events * units.writeUnitsPerEvent * prices.writeUnit) / 1e6;
  const reading =
    ((events * units.readUnitsPerEvent + reads * units.readUnitsPerRead) * prices.readUnit) / 1e6;
  const storage = (stored / BYTES_PER_GB) * (prices.storedGbMonth + prices.recoveryGbMonth);
  const lambda = (gbSeconds * prices.gbSecond + (batches + reads) * prices.request) / 1e6;
  const logs = ((batches + reads) * LOG_BYTES_PER_REQUEST * prices.logGb) / BYTES_PER_GB;
  const traces = ((batches + reads) * TRACED * prices.trace) / 1e6;
  const watching = logs + traces + prices.alarms * prices.alarmMonth + prices.metrics * prices.metricMonth;
  return {
    events,
    writing,
    reading,
    storage,
    lambda,
    watching,
    total: writing + reading + storage + lambda + watching,
  };
}
