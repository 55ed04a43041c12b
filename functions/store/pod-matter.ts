import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { packAll } from './pack.ts';
import type { PodAccount } from './pod-account.ts';
import { appendEntry, type PodLog } from './pod-log.ts';
import type { TableParts } from './query.ts';
import { expiry } from './expiry.ts';
import { type Retention } from './retention.ts';
import type { RestartKeys } from './restart-index.ts';
import type { Surroundings } from './surroundings.ts';
import type { Patience } from './throttling.ts';

/** When a log is folded, in entries. */
export interface FoldingRule {
  /** So many that are not folded are too many. */
  readonly after: number;
  /** So many are left: what comes a little late finds its company there. */
  readonly keep: number;
}

export interface PodWriterParts {
  readonly table: TableParts;
  readonly patience: Patience;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly surroundings: Surroundings;
  readonly folding: FoldingRule;
  /** Of the pod's cluster. */
  readonly retention: Retention;
  /** Told at which times restarts were put into the index, or taken out of it, before that counts as done. */
  readonly restartsChanged: (times: readonly string[]) => Promise<void>;
}

export interface PodName {
  readonly cluster: string;
  readonly uid: string;
}

/** What one call has done for one pod so far. */
export interface Matter {
  readonly pod: PodName;
  /** Ids of the events that it put into the log. */
  readonly accepted: Set<string>;
  /** What it wrote to the index: it must not stay there if another writer then knows better. */
  readonly ours: RestartKeys;
  /** Whether all its events had been in the log before. */
  repeated: boolean;
  /** Whether the settled restarts are to be looked at too. */
  readonly whole: boolean;
}

/** Adds events to the log. Gives the last place; undefined if another writer was there first. */
export async function appendEvents(
  { table, clock, retention }: PodWriterParts,
  { pod, accepted }: Matter,
  { places }: PodLog,
  events: readonly RecordedEvent[],
  lastEventAt: string,
): Promise<number | undefined> {
  let place = places;
  const expires = expiry(clock(), retention.eventsDays);
  for (const pack of packAll(events)) {
    if (!(await appendEntry(table, pod, place, pack, lastEventAt, expires))) return undefined;
    place += 1;
    for (const { id } of pack.events) accepted.add(id);
  }
  return place;
}

/** Whether nothing was said about the watching while the account was made. */
export async function isUndisturbed({ surroundings }: PodWriterParts, account: PodAccount): Promise<boolean> {
  return account.records.length === 0 || !(await surroundings.grew(account.summary.pod.node));
}
