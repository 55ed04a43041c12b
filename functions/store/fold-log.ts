import { distinctInOrder } from './event-order.ts';
import { putFold } from './fold.ts';
import { headItem } from './head.ts';
import { podKey } from './keys/pod-key.ts';
import { accountOf, digestOf, digestOfRecords, type PodAccount } from './pod-account.ts';
import { makeFold, settledOf, writeVolumes } from './pod-folder.ts';
import { type PodLog, putHead, readLog } from './pod-log.ts';
import type { FoldingRule, PodName, PodWriterParts } from './pod-matter.ts';
import { keysOf, updateIndex } from './restart-index.ts';
import { readWhole } from './whole-log.ts';

/** A log that cannot be folded is tried again when it has grown by this many entries. */
const TRY_AGAIN_AFTER = 8;

/** Whether a log that has grown to `place` has too many entries that are not folded. */
export function isToBeFolded({ fold, places }: PodLog, place: number, { after }: FoldingRule): boolean {
  const stepsAt = (at: number) => Math.floor((at - (fold?.place ?? 0) - after) / TRY_AGAIN_AFTER);
  return stepsAt(place) >= 0 && stepsAt(place) > stepsAt(places);
}

/**
 * Folds the older part of a pod's log. That can be cut off anywhere: volumes only add to what is there, the fold says
 * alone what is folded, and a head that was not made with it is made anew by the next writer.
 *
 * As all events are looked at here, the settled restarts are held against them, and mended if they differ.
 */
export async function foldLog(parts: PodWriterParts, pod: PodName): Promise<void> {
  const { table, surroundings, folding } = parts;
  const { cluster, uid } = pod;
  const log = await readLog(table, cluster, uid);
  const open = await accountOf(cluster, uid, log.events, surroundings, log.fold);
  const { head } = log;
  // Another writer is at work: let it, or the next one, do it.
  if (open === undefined || head === undefined || head.digest.restarts !== digestOf(open).restarts) return;
  const whole = await readWhole(table, cluster, uid, log);
  const all = await accountOf(cluster, uid, whole.events, surroundings);
  if (all === undefined) return;
  await mendIndex(parts, log, open, all);

  const place = log.places - folding.keep;
  const folded = log.entries.filter((entry) => entry.place <= place);
  const recent = log.entries.filter((entry) => entry.place > place);
  const fold = await makeFold(
    pod,
    log.fold,
    {
      place,
      places: log.places,
      folded: distinctInOrder([...whole.folded, ...folded.flatMap(({ events }) => events)]),
      recent: recent.flatMap(({ events }) => events),
    },
    all,
    surroundings,
  );
  if (fold === undefined || (await writeVolumes(table, pod, whole, folded)) < place) return;
  if (!(await putFold(table, podKey.format(cluster, uid), fold))) return;
  const events = distinctInOrder([...fold.anchors, ...recent.flatMap((entry) => entry.events)]);
  const account = await accountOf(cluster, uid, events, surroundings, fold);
  if (account === undefined) return;
  const digest = digestOf(account);
  await putHead(
    table,
    headItem({ account, digest, revision: head.revision + 1, place: log.places, events: [] }),
  );
}

async function mendIndex(
  parts: PodWriterParts,
  { fold }: PodLog,
  open: PodAccount,
  all: PodAccount,
): Promise<void> {
  const texts = new Set(all.records.map((record) => JSON.stringify(record)));
  const settledDigest = digestOfRecords(settledOf(all.records, open.records));
  const agrees =
    open.records.every((record) => texts.has(JSON.stringify(record))) &&
    (fold === undefined || fold.settled.digest === settledDigest);
  if (agrees) return;
  const keys = keysOf([...all.records, ...open.records]);
  await updateIndex(parts, { keys, records: undefined }, all.records, new Map());
}
