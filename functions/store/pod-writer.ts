import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { RestartRecord } from '../../timeline/contract/report.ts';
import { distinctInOrder } from './event-order.ts';
import { headItem, isRoomy } from './head.ts';
import { packAll } from './pack.ts';
import { accountOf, type Digest, digestOf, type PodAccount } from './pod-account.ts';
import { appendEntry, type PodLog, putHead, readLog } from './pod-log.ts';
import type { TableParts } from './query.ts';
import { type Held, keysOf, type RestartKeys, updateIndex } from './restart-index.ts';
import type { Surroundings } from './surroundings.ts';
import { type Patience, waitForTurn } from './throttling.ts';

export interface PodWriterParts {
  readonly table: TableParts;
  readonly patience: Patience;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly surroundings: Surroundings;
  /** Told at which times restarts were put into the index, or taken out of it, before that counts as done. */
  readonly restartsChanged: (times: readonly string[]) => Promise<void>;
}

export interface PodName {
  readonly cluster: string;
  readonly uid: string;
}

/**
 * Adds events to a pod, and brings up to date what follows from all of its events: its restarts in the index, and its
 * head. Gives the ids of the events that were new.
 *
 * Any number of writers may do this at once, and any may die anywhere:
 * - Events are durable once they are in the log. An entry is added only after all that its writer has read, so each
 *   writer knows what the events before and after its own entry come to.
 * - The index is written before the head, and the head names what it was made of by a digest. A head whose digest is
 *   not that of the events found says that a writer died, or is still at work; then the index is compared with what it
 *   should hold, record by record. So it is when a batch brings nothing new: it may be the repetition of one that was
 *   cut off.
 * - A head is written only if it says something new, and replaces only the revision that was read. Whoever has written
 *   to the index must write the head too: if another was there first, it looks again, at its own records as well.
 */
export async function settlePod(
  parts: PodWriterParts,
  pod: PodName,
  events: readonly RecordedEvent[],
): Promise<readonly string[]> {
  const matter: Matter = { pod, accepted: new Set(), ours: new Map(), repeated: false };
  for (let tries = 1; ; tries += 1) {
    const log = await readLog(parts.table, pod.cluster, pod.uid);
    const known = new Set(log.events.map(({ id }) => id));
    const fresh = events.filter(({ id }) => !known.has(id));
    matter.repeated = events.length > 0 && fresh.length === 0 && matter.accepted.size === 0;
    if (await tryToSettle(parts, matter, log, fresh)) return [...matter.accepted];
    await waitForTurn(tries, parts.patience);
  }
}

/** What one call has done so far. */
interface Matter {
  readonly pod: PodName;
  /** Ids of the events that it put into the log. */
  readonly accepted: Set<string>;
  /** What it wrote to the index. */
  readonly ours: RestartKeys;
  /** Whether all its events had been in the log before. */
  repeated: boolean;
}

/** False if another writer was there first, or the surroundings have changed: then all is to be looked at again. */
async function tryToSettle(
  parts: PodWriterParts,
  { pod, accepted, ours, repeated }: Matter,
  log: PodLog,
  fresh: readonly RecordedEvent[],
): Promise<boolean> {
  const { table, surroundings } = parts;
  const { head } = log;
  const events = fresh.length === 0 ? log.events : distinctInOrder([...log.events, ...fresh]);
  const after = await accountOf(pod.cluster, pod.uid, events, surroundings);
  if (after === undefined) return true;
  const digest = digestOf(after);
  const headAt = (place: number, own: readonly RecordedEvent[]) =>
    headItem({ account: after, digest, revision: (head?.revision ?? 0) + 1, place, events: own });
  const unchanged = async () =>
    after.records.length === 0 || !(await surroundings.grew(after.summary.pod.node));

  if (head === undefined && log.places === 0) {
    const item = headAt(0, fresh);
    if (isRoomy(item)) {
      await updateIndex(parts, { keys: new Map(), records: undefined }, after.records, ours);
      if (!(await putHead(table, item))) return false;
      for (const { id } of fresh) accepted.add(id);
      return unchanged();
    }
  }

  let place = log.places;
  for (const pack of packAll(fresh)) {
    if (!(await appendEntry(table, pod, place, pack, after.summary.lastEventAt))) return false;
    place += 1;
    for (const { id } of pack.events) accepted.add(id);
  }
  const undisturbed = !repeated && ours.size === 0;
  if (undisturbed && head?.place === log.places && sameRestarts(head.digest, digest)) {
    // The head was made of all that was found, and the restarts are as it says: only itself can be out of date.
    return (
      head.digest.summary === digest.summary ||
      ((await putHead(table, headAt(place, head.events))) && unchanged())
    );
  }
  const before = fresh.length === 0 ? after : await accountOf(pod.cluster, pod.uid, log.events, surroundings);
  const trusted = before === undefined || head === undefined ? undefined : trustIn(head.digest, before);
  const settled = trusted === 'records' && sameDigest(head?.digest, digest);
  if (settled && undisturbed) return true;

  const sure = trusted === 'records' && undisturbed;
  const held: Held = {
    keys: keysOf(
      trusted === undefined || repeated ? await everHeld(parts, pod, log, repeated) : (before?.records ?? []),
    ),
    records: sure ? before?.records : undefined,
  };
  await updateIndex(parts, held, after.records, ours);
  if (settled && ours.size === 0) return true;
  return (await putHead(table, headAt(place, head?.events ?? []))) && unchanged();
}

/** How far the index can be taken to hold what `account` says: its records, its keys alone, or neither. */
function trustIn(digest: Digest, account: PodAccount): 'records' | 'keys' | undefined {
  const other = digestOf(account);
  if (digest.restarts !== other.restarts) return undefined;
  return sameDigest(digest, other) ? 'records' : 'keys';
}

function sameDigest(a: Digest | undefined, b: Digest): boolean {
  return a?.summary === b.summary && sameRestarts(a, b);
}

function sameRestarts(a: Digest, b: Digest): boolean {
  return a.restarts === b.restarts && a.records === b.records;
}

/**
 * All restarts that any writer can have put into the index, when the head does not tell: those that follow from the log
 * as the head knew it, and from the log up to any later entry.
 *
 * @param fromBirth from the log up to any entry: one who died may have been overtaken before
 */
async function everHeld(
  { surroundings }: PodWriterParts,
  { cluster, uid }: PodName,
  { head, entries }: PodLog,
  fromBirth: boolean,
): Promise<readonly RestartRecord[]> {
  const known = head === undefined || fromBirth ? 0 : head.place + 1;
  const events = entries.slice(0, known).flat();
  const held = [];
  for (const entry of [[], ...entries.slice(known)]) {
    events.push(...entry);
    const then = await accountOf(cluster, uid, distinctInOrder(events), surroundings);
    held.push(...(then?.records ?? []));
  }
  return held;
}
