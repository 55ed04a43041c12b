import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { distinctInOrder } from './event-order.ts';
import { type Fold, putFold } from './fold.ts';
import { headItem } from './head.ts';
import { everHeld } from './held-restarts.ts';
import { podKey } from './keys/pod-key.ts';
import { accountOf, digestOf, digestOfSettled, type PodAccount, sameDigest } from './pod-account.ts';
import { makeFold, settledOf, writeVolumes } from './pod-folder.ts';
import { type PodLog, putHead } from './pod-log.ts';
import { appendEvents, isUndisturbed, type Matter, type PodWriterParts } from './pod-matter.ts';
import { keysOf, updateIndex } from './restart-index.ts';
import { expiry } from './expiry.ts';
import { summariesDaysOf } from './retention.ts';
import type { WholeLog } from './whole-log.ts';

/**
 * Settles a pod with all events that were ever recorded of it, and folds its log anew. It costs as much as the pod's
 * history is long: it is done only for what comes late, and when what is known of the watching has changed.
 */
export async function settleWhole(
  parts: PodWriterParts,
  matter: Matter,
  log: PodLog,
  fold: Fold,
  whole: WholeLog,
  events: readonly RecordedEvent[],
): Promise<boolean> {
  const { pod, accepted, ours } = matter;
  const { surroundings } = parts;
  const { head } = log;
  const known = new Set(whole.events.map(({ id }) => id));
  const fresh = events.filter(({ id }) => !known.has(id));
  matter.repeated = events.length > 0 && fresh.length === 0 && accepted.size === 0;

  const all = distinctInOrder([...whole.events, ...fresh]);
  const after = await accountOf(pod.cluster, pod.uid, all, surroundings);
  if (after === undefined) return true;
  const place = await appendEvents(parts, matter, log, fresh, after.summary.lastEventAt);
  if (place === undefined) return false;

  const before =
    fresh.length === 0 ? after : await accountOf(pod.cluster, pod.uid, whole.events, surroundings);
  const open = await accountOf(pod.cluster, pod.uid, log.events, surroundings, fold);
  const isTrue =
    head !== undefined &&
    before !== undefined &&
    open !== undefined &&
    sameDigest(head.digest, digestOf(open)) &&
    fold.settled.digest === digestOfSettled(settledOf(before.records, open.records));
  const sure = isTrue && !matter.repeated && ours.size === 0;
  await updateIndex(
    parts,
    {
      keys: keysOf([
        ...(before?.records ?? []),
        ...(open?.records ?? []),
        ...(sure ? [] : await everHeld(parts, pod, log, whole.folded, undefined, matter.repeated)),
      ]),
      records: sure ? before.records : undefined,
    },
    after.records,
    ours,
  );
  const isProved = log.entries.every((entry) => entry.place <= fold.provedTo);
  if (isTrue && isProved && fresh.length === 0 && ours.size === 0) return true;
  return foldAnew(parts, matter, log, fold, whole, { fresh, all, after, place });
}

interface Settled {
  readonly fresh: readonly RecordedEvent[];
  readonly all: readonly RecordedEvent[];
  readonly after: PodAccount;
  readonly place: number;
}

/** Folds all that there is, late events with the others, and writes the head that goes with it. */
async function foldAnew(
  parts: PodWriterParts,
  { pod }: Matter,
  log: PodLog,
  before: Fold,
  whole: WholeLog,
  { fresh, all, after, place }: Settled,
): Promise<boolean> {
  const { table, surroundings, clock, retention } = parts;
  const days = summariesDaysOf(retention);
  const fold = await makeFold(
    pod,
    before,
    { place, places: place, folded: all, recent: [] },
    after,
    surroundings,
  );
  const entries = [...log.entries, ...(place > log.places ? [{ place, events: fresh }] : [])];
  const keeping = { nowMs: clock(), eventsDays: retention.eventsDays };
  const reached = fold === undefined ? -1 : await writeVolumes(table, pod, whole, before, entries, keeping);
  const folds = fold !== undefined && reached >= place;
  const partitionKey = podKey.format(pod.cluster, pod.uid);
  if (folds && !(await putFold(table, partitionKey, fold, expiry(clock(), days)))) return false;
  const account = folds ? await accountOf(pod.cluster, pod.uid, fold.anchors, surroundings, fold) : after;
  if (account === undefined) return true;
  const item = headItem({
    account,
    digest: digestOf(account),
    revision: (log.head?.revision ?? 0) + 1,
    place,
    events: [],
    eventsExpireAtMs: null,
    nowMs: clock(),
    days,
  });
  return (await putHead(table, item)) && isUndisturbed(parts, after);
}
