import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { RestartRecord } from '../../timeline/contract/report.ts';
import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';
import { latest } from '../../timeline/time.ts';
import { anchorsOf } from './anchors.ts';
import { distinctInOrder } from './event-order.ts';
import { type Fold, type Forgotten, NONE_SETTLED, type SettledRestarts } from './fold.ts';
import { podKey } from './keys/pod-key.ts';
import { restartKey } from './keys/restart-key.ts';
import { accountOf, digestOf, digestOfSettled, joinDigests, type PodAccount } from './pod-account.ts';
import type { LogEntry } from './pod-log.ts';
import type { PodName } from './pod-matter.ts';
import type { TableParts } from './query.ts';
import { expiry, isOver } from './expiry.ts';
import type { Surroundings } from './surroundings.ts';
import { compressVolume, FULL_VOLUME_BYTES, putVolume, reach, type Volume } from './volume.ts';
import type { WholeLog } from './whole-log.ts';

/** A fold that does not bear this many events is no gain. */
const MAX_ANCHORS = 400;

export interface FoldParts {
  /** Up to which the log is to be folded. */
  readonly place: number;
  /** How many there are. */
  readonly places: number;
  /** All events up to that place, oldest first. */
  readonly folded: readonly RecordedEvent[];
  /** All later ones. */
  readonly recent: readonly RecordedEvent[];
  /** Where `folded` is not all that there was: what stands for the rest of it. */
  readonly base?: FoldBase;
}

export interface FoldBase {
  readonly settled: SettledRestarts;
  readonly forgotten: Forgotten | undefined;
}

/**
 * Makes the fold of a pod's log up to a place, if it is a true one: if the account that is made with it is the account
 * of all events. Else undefined, and the log stays as it is.
 *
 * @param before the fold that it replaces
 * @param whole the account of all events, or of those that are left and what stands for the others
 */
export async function makeFold(
  { cluster, uid }: PodName,
  before: Fold | undefined,
  { place, places, folded, recent, base }: FoldParts,
  whole: PodAccount,
  surroundings: Surroundings,
): Promise<Fold | undefined> {
  const timeline = reconstruct(cluster, uid, folded);
  if (timeline === undefined) return undefined;
  const anchors = anchorsOf(folded, timeline);
  if (anchors.length > MAX_ANCHORS) return undefined;
  const events = distinctInOrder([...anchors, ...recent]);
  const bare: Fold = {
    revision: (before?.revision ?? 0) + 1,
    place,
    provedTo: places,
    foldedUntil: latest(before?.foldedUntil, folded.at(-1)?.occurredAt) ?? '',
    heardAt: whole.heardAt,
    settled: NONE_SETTLED,
    ...(base?.forgotten === undefined ? {} : { forgotten: base.forgotten }),
    anchors,
  };
  const open = await accountOf(cluster, uid, events, surroundings, bare);
  if (open === undefined) return undefined;
  const fold: Fold = { ...bare, settled: settle(whole, open, base?.settled) };
  const account = await accountOf(cluster, uid, events, surroundings, fold);
  return account !== undefined && agree(account, whole) ? fold : undefined;
}

function settle(all: PodAccount, open: PodAccount, base = NONE_SETTLED): SettledRestarts {
  const settled = settledOf(all.records, open.records);
  return {
    restarts: base.restarts + settled.length,
    counted: base.counted + settled.filter(({ counted }) => counted).length,
    downtimeMs: base.downtimeMs + settled.reduce((sum, { downtimeMs }) => sum + (downtimeMs ?? 0), 0),
    seen: (open.summary.summary.unseen ?? 0) - (all.summary.summary.unseen ?? 0),
    lastRestartAt:
      settled.reduce<string | undefined>(
        (last, { at, atSeen }) => latest(last, atSeen ? at : undefined),
        base.lastRestartAt ?? undefined,
      ) ?? null,
    digest: joinDigests(base.digest, digestOfSettled(settled)),
  };
}

/** Those restarts of the whole that an account with a fold does not tell one by one. */
export function settledOf(
  all: readonly RestartRecord[],
  open: readonly RestartRecord[],
): readonly RestartRecord[] {
  const keys = new Set(open.map((record) => restartKey.of(record).sortKey));
  return all.filter((record) => !keys.has(restartKey.of(record).sortKey));
}

function agree(account: PodAccount, whole: PodAccount): boolean {
  const texts = new Set(whole.records.map((record) => JSON.stringify(record)));
  return (
    account.records.every((record) => texts.has(JSON.stringify(record))) &&
    digestOf({ ...account, records: [] }).summary === digestOf({ ...whole, records: [] }).summary
  );
}

/** For how long events are kept from now on. */
export interface Keeping {
  readonly nowMs: number;
  readonly eventsDays: number | null;
}

/** A volume goes as a whole: one whose oldest events have been kept for a quarter of their time grows no more. */
const PARTS_OF_TIME = 4;

function growsOn({ bytes, events }: Volume, { nowMs, eventsDays }: Keeping): boolean {
  const days = eventsDays === null ? null : eventsDays / PARTS_OF_TIME;
  return bytes < FULL_VOLUME_BYTES && !isOver(Date.parse(events[0]?.observedAt ?? ''), days, nowMs);
}

/**
 * Writes the volumes of the entries that are to be folded. The last one grows until it is full.
 *
 * @param before the fold that is replaced
 * @returns up to which place they reach now
 */
export async function writeVolumes(
  table: TableParts,
  { cluster, uid }: PodName,
  { volumes, isComplete }: WholeLog,
  before: Fold | undefined,
  entries: readonly LogEntry[],
  keeping: Keeping,
): Promise<number> {
  const partitionKey = podKey.format(cluster, uid);
  const known = Math.max(reach(volumes), isComplete ? -1 : (before?.place ?? -1));
  const expires = expiry(keeping.nowMs, keeping.eventsDays);
  let left = entries.filter(({ place }) => place > known);
  let growing = volumes.find(({ to }) => to === known);
  if (growing !== undefined && !growsOn(growing, keeping)) growing = undefined;
  let from = growing?.from ?? known + 1;
  let joined = growing?.events ?? [];
  while (left.length > 0) {
    // As many as fit, which is all of them but for the most talkative of pods.
    let count = left.length;
    let data: Uint8Array | undefined;
    while (data === undefined && count > 0) {
      data = compressVolume(
        distinctInOrder([...joined, ...left.slice(0, count).flatMap(({ events }) => events)]),
      );
      if (data === undefined) count = Math.floor(count / 2);
    }
    const last = left[count - 1];
    if (data === undefined || last === undefined) {
      if (joined.length === 0) return from - 1;
      joined = [];
      from = known + 1;
      continue;
    }
    await putVolume(table, partitionKey, { from, to: last.place }, data, expires);
    left = left.slice(count);
    joined = [];
    from = last.place + 1;
  }
  return from - 1;
}
