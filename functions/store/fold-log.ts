import { distinctInOrder } from './event-order.ts';
import { type Fold, putFold } from './fold.ts';
import { headItem } from './head.ts';
import { podKey } from './keys/pod-key.ts';
import { accountOf, digestOf, digestOfSettled, type PodAccount } from './pod-account.ts';
import { type FoldBase, makeFold, settledOf, writeVolumes } from './pod-folder.ts';
import { type PodLog, putHead, readLog, withoutLate } from './pod-log.ts';
import type { FoldingRule, Matter, PodWriterParts } from './pod-matter.ts';
import { keysOf, type RestartKeys, updateIndex } from './restart-index.ts';
import { expiry } from './expiry.ts';
import { summariesDaysOf } from './retention.ts';
import { readNewestVolume } from './volume.ts';
import { readWhole } from './whole-log.ts';

/** A log that cannot be folded is tried again when it has grown by this many entries. */
const TRY_AGAIN_AFTER = 8;

/** Each time that a log has been folded twice as often, all of its events are looked at; else those since the fold. */
function isThorough(fold: Fold | undefined): boolean {
  return fold === undefined || Number.isInteger(Math.log2(fold.revision + 1));
}

/** Whether a log that has grown to `place` has too many entries that are not folded. */
export function isToBeFolded({ fold, places }: PodLog, place: number, { after }: FoldingRule): boolean {
  const stepsAt = (at: number) => Math.floor((at - (fold?.place ?? 0) - after) / TRY_AGAIN_AFTER);
  return stepsAt(place) >= 0 && stepsAt(place) > stepsAt(places);
}

/**
 * Folds the older part of a pod's log. That can be cut off anywhere: volumes only add to what is there, the fold says
 * alone what is folded, and a head that was not made with it is made anew by the next writer.
 *
 * The new fold follows from the one before. Now and then it is made of all events instead, and the settled restarts
 * are held against them, and mended if they differ: so that the cost of it does not grow with the history. Where the
 * time of the oldest events is over, it is made from the one before for ever after.
 *
 * @returns false if it has mended the index and another writer was there before its head: then all is to be looked at
 *   again
 */
export async function foldLog(parts: PodWriterParts, { pod, ours }: Matter): Promise<boolean> {
  const { table, surroundings, folding, clock, retention } = parts;
  const { cluster, uid } = pod;
  const read = await readLog(table, cluster, uid);
  if (read.isTorn) return true;
  const partitionKey = podKey.format(cluster, uid);
  const looksAtAll = isThorough(read.fold) || withoutLate(read).events.length < read.events.length;
  const whole = looksAtAll
    ? await readWhole(table, cluster, uid, read)
    : { volumes: await readNewestVolume(table, partitionKey), isComplete: false, folded: [], events: [] };
  const log = whole.isComplete ? read : withoutLate(read);
  const open = await accountOf(cluster, uid, log.events, surroundings, log.fold);
  const { head } = log;
  // Another writer is at work: let it, or the next one, do it.
  if (open === undefined || head === undefined || head.digest.restarts !== digestOf(open).restarts)
    return true;
  const all = whole.isComplete ? await accountOf(cluster, uid, whole.events, surroundings) : open;
  if (all === undefined) return true;
  const isMended = whole.isComplete && (await mendIndex(parts, log, open, all, ours));

  const place = log.places - folding.keep;
  const folded = log.entries.filter((entry) => entry.place <= place);
  const recent = log.entries.filter((entry) => entry.place > place);
  const fold = await makeFold(
    pod,
    log.fold,
    {
      place,
      places: log.places,
      folded: distinctInOrder([
        ...(whole.isComplete ? whole.folded : (log.fold?.anchors ?? [])),
        ...folded.flatMap(({ events }) => events),
      ]),
      recent: recent.flatMap(({ events }) => events),
      ...(whole.isComplete || log.fold === undefined ? {} : { base: baseOf(log.fold, open, looksAtAll) }),
    },
    all,
    surroundings,
  );
  const keeping = { nowMs: clock(), eventsDays: retention.eventsDays };
  const summaryDays = summariesDaysOf(retention);
  if (fold === undefined) return !isMended;
  if ((await writeVolumes(table, pod, whole, log.fold, folded, keeping)) < place) return !isMended;
  if (!(await putFold(table, partitionKey, fold, expiry(clock(), summaryDays)))) return !isMended;
  const events = distinctInOrder([...fold.anchors, ...recent.flatMap((entry) => entry.events)]);
  const account = await accountOf(cluster, uid, events, surroundings, fold);
  if (account === undefined) return !isMended;
  const item = headItem({
    account,
    digest: digestOf(account),
    revision: head.revision + 1,
    place: log.places,
    events: [],
    eventsExpireAtMs: null,
    nowMs: clock(),
    days: summaryDays,
  });
  return (await putHead(table, item)) || !isMended;
}

/**
 * What stands for the events before a fold.
 *
 * @param areGone whether it is known that they are not all there any more
 */
function baseOf({ settled, forgotten }: Fold, { summary: { pod } }: PodAccount, areGone: boolean): FoldBase {
  if (!areGone && forgotten === undefined) return { settled, forgotten };
  return { settled, forgotten: { pod, until: forgotten?.until ?? '', runs: forgotten?.runs ?? [] } };
}

/** Whether the index had to be looked at. @param ours what the caller has written to it; this adds to it */
async function mendIndex(
  parts: PodWriterParts,
  { fold }: PodLog,
  open: PodAccount,
  all: PodAccount,
  ours: RestartKeys,
): Promise<boolean> {
  const texts = new Set(all.records.map((record) => JSON.stringify(record)));
  const settledDigest = digestOfSettled(settledOf(all.records, open.records));
  const agrees =
    open.records.every((record) => texts.has(JSON.stringify(record))) &&
    (fold === undefined || fold.settled.digest === settledDigest);
  if (agrees) return false;
  const keys = keysOf([...all.records, ...open.records]);
  await updateIndex(parts, { keys, records: undefined }, all.records, ours);
  return true;
}
