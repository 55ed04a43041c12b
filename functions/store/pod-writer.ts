import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { compareTimes } from '../../timeline/time.ts';
import { distinctInOrder } from './event-order.ts';
import type { Fold } from './fold.ts';
import { foldLog, isToBeFolded } from './fold-log.ts';
import { forgetTorn } from './forget-torn.ts';
import { type Head, headItem, isRoomy } from './head.ts';
import { everHeld } from './held-restarts.ts';
import { restartKey } from './keys/restart-key.ts';
import {
  accountOf,
  type Digest,
  digestOf,
  type PodAccount,
  sameDigest,
  sameRestarts,
} from './pod-account.ts';
import { isBeforeFold, type PodLog, putHead, readLog, withoutLate } from './pod-log.ts';
import { appendEvents, isUndisturbed, type Matter, type PodName, type PodWriterParts } from './pod-matter.ts';
import { type Held, keysOf, updateIndex } from './restart-index.ts';
import { expiryMs } from './expiry.ts';
import { summariesDaysOf } from './retention.ts';
import { waitForTurn } from './throttling.ts';
import { readWhole } from './whole-log.ts';
import { settleWhole } from './whole-writer.ts';

const DAY_MS = 86_400_000;

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
 *   to the index must write the head too: if another was there first, it looks again, at its own records as well. If
 *   the log has been folded meanwhile, some of these may be settled: then it looks at all of the pod's events.
 * - What is long past is folded (`fold-log.ts`). What comes late, of a time that is folded, is settled with all of the
 *   pod's events (`whole-writer.ts`).
 * - Where the time of some events is over, what came of them stays (`forget-torn.ts`).
 *
 * @param whole whether the settled restarts are to be looked at too: what is known of the watching has changed
 */
export async function settlePod(
  parts: PodWriterParts,
  pod: PodName,
  events: readonly RecordedEvent[],
  whole = false,
): Promise<readonly string[]> {
  const matter: Matter = { pod, accepted: new Set(), ours: new Map(), repeated: false, whole };
  for (let tries = 1; ; tries += 1) {
    const log = await readLog(parts.table, pod.cluster, pod.uid);
    if (await tryToSettle(parts, matter, log, events)) return [...matter.accepted];
    await waitForTurn(tries, parts.patience);
  }
}

/** False if another writer was there first, or the surroundings have changed: then all is to be looked at again. */
async function tryToSettle(
  parts: PodWriterParts,
  matter: Matter,
  log: PodLog,
  events: readonly RecordedEvent[],
): Promise<boolean> {
  if (log.isTorn) {
    await forgetTorn(parts, matter.pod, log);
    return false;
  }
  const known = new Set(log.events.map(({ id }) => id));
  const fresh = events.filter(({ id }) => !known.has(id));
  const needsAll = matter.whole || isLate(log, fresh) || (await mayHaveSettled(parts, matter, log, fresh));
  if (log.fold !== undefined && needsAll) {
    const whole = await readWhole(parts.table, matter.pod.cluster, matter.pod.uid, log);
    if (whole.isComplete) return settleWhole(parts, matter, log, log.fold, whole, events);
    // What stood around the late ones is gone: they are kept, and change nothing.
    for (const { id } of whole.events) known.add(id);
    const unknown = fresh.filter(({ id }) => !known.has(id));
    const { fold } = log;
    const told = unknown.filter((event) => !isBeforeFold(fold, event));
    letSettledBe(matter, fold);
    return settleOpen(parts, matter, withoutLate(log), { events, fresh: unknown, told });
  }
  return settleOpen(parts, matter, log, { events, fresh, told: fresh });
}

interface Batch {
  readonly events: readonly RecordedEvent[];
  /** Those that are not in the log. */
  readonly fresh: readonly RecordedEvent[];
  /** Those of them that tell something. */
  readonly told: readonly RecordedEvent[];
}

/** Settles a pod with the events that are not folded. */
async function settleOpen(
  parts: PodWriterParts,
  matter: Matter,
  log: PodLog,
  { events, fresh, told }: Batch,
): Promise<boolean> {
  matter.repeated = events.length > 0 && fresh.length === 0 && matter.accepted.size === 0;
  const after = await accountOf(
    matter.pod.cluster,
    matter.pod.uid,
    distinctInOrder([...log.events, ...told]),
    parts.surroundings,
    log.fold,
  );
  if (after === undefined) {
    const lastEventAt = log.head?.summary.lastEventAt ?? '';
    return (await appendEvents(parts, matter, log, fresh, lastEventAt)) !== undefined;
  }
  if (log.head === undefined && log.places === 0) {
    const begun = await tryToBegin(parts, matter, fresh, after);
    if (begun !== undefined) return begun;
  }
  return settle(parts, matter, log, fresh, after);
}

/** Whether there is something of a time that is folded, which the fold does not know. */
function isLate({ fold, entries }: PodLog, fresh: readonly RecordedEvent[]): boolean {
  if (fold === undefined) return false;
  const unproved = entries.filter(({ place }) => place > fold.provedTo).flatMap((entry) => entry.events);
  return [...unproved, ...fresh].some((event) => isBeforeFold(fold, event));
}

/**
 * Whether this call has written restarts to the index that the open part of the log does not tell: another writer may
 * have folded the log since, and settled them. Only all events tell whether they are to stay.
 */
async function mayHaveSettled(
  { surroundings }: PodWriterParts,
  { pod, ours }: Matter,
  { fold, events }: PodLog,
  fresh: readonly RecordedEvent[],
): Promise<boolean> {
  if (fold === undefined || ours.size === 0) return false;
  const all = distinctInOrder([...events, ...fresh]);
  const open = keysOf((await accountOf(pod.cluster, pod.uid, all, surroundings, fold))?.records ?? []);
  return [...ours.keys()].some((key) => !open.has(key));
}

/** Where all events are not there any more, nothing tells of a restart of a folded time that it is not settled. */
function letSettledBe({ ours }: Matter, { foldedUntil }: Fold): void {
  for (const [sortKey, key] of ours) {
    if (compareTimes(restartKey.timeOf(key), foldedUntil) <= 0) ours.delete(sortKey);
  }
}

/** Begins a log with a head that holds the first events; undefined if they do not fit. */
async function tryToBegin(
  parts: PodWriterParts,
  { accepted, ours }: Matter,
  events: readonly RecordedEvent[],
  account: PodAccount,
): Promise<boolean | undefined> {
  const item = headItem({
    account,
    digest: digestOf(account),
    revision: 1,
    place: 0,
    events,
    eventsExpireAtMs: expiryMs(parts.clock(), parts.retention.eventsDays),
    nowMs: parts.clock(),
    days: summariesDaysOf(parts.retention),
  });
  if (!isRoomy(item)) return undefined;
  await updateIndex(parts, { keys: new Map(), records: undefined }, account.records, ours);
  if (!(await putHead(parts.table, item))) return false;
  for (const { id } of events) accepted.add(id);
  return isUndisturbed(parts, account);
}

async function settle(
  parts: PodWriterParts,
  matter: Matter,
  log: PodLog,
  fresh: readonly RecordedEvent[],
  after: PodAccount,
): Promise<boolean> {
  const place = await appendEvents(parts, matter, log, fresh, after.summary.lastEventAt);
  if (place === undefined || !(await bringUpToDate(parts, matter, log, fresh, after, place))) return false;
  return !isToBeFolded(log, place, parts.folding) || foldLog(parts, matter);
}

async function bringUpToDate(
  parts: PodWriterParts,
  { pod, ours, repeated }: Matter,
  log: PodLog,
  fresh: readonly RecordedEvent[],
  after: PodAccount,
  place: number,
): Promise<boolean> {
  const { head, fold } = log;
  const digest = digestOf(after);
  const nowMs = parts.clock();
  const days = summariesDaysOf(parts.retention);
  const finish = async () => {
    const events = fold === undefined ? (head?.events ?? []) : [];
    const item = headItem({
      account: after,
      digest,
      revision: (head?.revision ?? 0) + 1,
      place,
      events,
      eventsExpireAtMs: head?.eventsExpireAtMs ?? null,
      nowMs,
      days,
    });
    return (await putHead(parts.table, item)) && isUndisturbed(parts, after);
  };

  const alone = !repeated && ours.size === 0;
  if (alone && head?.place === log.places && sameRestarts(head.digest, digest)) {
    // The head was made of all that was found, and the restarts are as it says: only itself can be out of date.
    return (head.digest.summary === digest.summary && !isOld(head, days, nowMs)) || finish();
  }
  const before =
    fresh.length === 0 ? after : await accountOf(pod.cluster, pod.uid, log.events, parts.surroundings, fold);
  const trusted = before === undefined || head === undefined ? undefined : trustIn(head.digest, before);
  const settled = trusted === 'records' && sameDigest(head?.digest, digest);
  if (settled && alone) return (head !== undefined && !isOld(head, days, nowMs)) || finish();

  const held: Held = {
    keys: keysOf(
      trusted === undefined || repeated
        ? await everHeld(parts, pod, log, fold?.anchors ?? [], fold, repeated)
        : (before?.records ?? []),
    ),
    records: trusted === 'records' && alone ? before?.records : undefined,
  };
  await updateIndex(parts, held, after.records, ours);
  return (settled && ours.size === 0) || finish();
}

/** Whether a head is in the second half of its time: a pod that lives on must not be forgotten. */
function isOld({ expiresAtMs }: Head, days: number | null, nowMs: number): boolean {
  return expiresAtMs !== null && (days === null || expiresAtMs - nowMs < (days * DAY_MS) / 2);
}

/** How far the index can be taken to hold what `account` says: its records, its keys alone, or neither. */
function trustIn(digest: Digest, account: PodAccount): 'records' | 'keys' | undefined {
  const other = digestOf(account);
  if (digest.restarts !== other.restarts) return undefined;
  return sameDigest(digest, other) ? 'records' : 'keys';
}
