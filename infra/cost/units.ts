import type { Units, Usage } from './monthly-cost.ts';

/**
 * The first two by `npm run bench -- write-units-per-event`, the fourth by `read-units-timeline-1000` at its goal. The
 * others are estimates on the high side: milliseconds on Lambda differ with the machine, and bytes with the names.
 */
export const MEASURED: Units = {
  writeUnitsPerEvent: 0.334,
  readUnitsPerEvent: 0.689,
  storedBytesPerEvent: 250,
  readUnitsPerRead: 10,
  msPerBatch: 30,
  msPerRead: 60,
  memoryMb: 1024,
};

/** A cluster of fifty nodes with some thirty pods each, a few of them restarting, and people who look now and then. */
export const ASSUMED_USAGE: Omit<Usage, 'clusters'> = {
  nodesPerCluster: 50,
  eventsPerNodeDay: 1_000,
  eventsPerBatch: 5,
  readsPerDay: 2_000,
  eventsDays: 90,
};
