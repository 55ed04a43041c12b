import { createHash } from 'node:crypto';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { RestartRecord } from '../../timeline/contract/report.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { completedPod } from '../../timeline/forgotten.ts';
import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';
import { restartRecords } from '../../timeline/reports/restart-records.ts';
import { compareTimes, earliest, latest } from '../../timeline/time.ts';
import type { Fold, Forgotten } from './fold.ts';
import { restartKey } from './keys/restart-key.ts';
import type { PodSummary } from './store.ts';
import type { Surroundings } from './surroundings.ts';

/** All that is stored of a pod besides its events: what follows from them. */
export interface PodAccount {
  readonly summary: PodSummary;
  /** Of the restarts that are not settled. */
  readonly records: readonly RestartRecord[];
  /** When the pod was first heard of. */
  readonly heardAt: string;
}

/** Raise when an account says something new, or something else: each is then made anew when its pod is next heard of. */
const ACCOUNT_VERSION = 2;

/**
 * The account of a pod. The surroundings have a bearing on why something restarted, not on whether: they are looked
 * up only for a pod that restarted.
 *
 * @param fold what came of older events; `events` are then its anchors and all later ones
 */
export async function accountOf(
  cluster: string,
  uid: string,
  events: readonly RecordedEvent[],
  surroundings: Surroundings,
  fold?: Fold,
): Promise<PodAccount | undefined> {
  const alone = reconstruct(cluster, uid, events);
  if (alone === undefined) return undefined;
  const around =
    alone.restarts.length === 0 ? [] : await surroundings.of(alone.pod.node, beginningOf(alone, events));
  const timeline = around.length === 0 ? alone : reconstruct(cluster, uid, [...events, ...around]);
  const own = account(remembering(timeline ?? alone, fold?.forgotten), events);
  return addSettled(withoutForgotten(own, fold?.forgotten), fold);
}

/** With what is no longer told by any event, but was told once. */
function remembering(timeline: Timeline, forgotten: Forgotten | undefined): Timeline {
  return forgotten === undefined ? timeline : { ...timeline, pod: completedPod(timeline.pod, forgotten.pod) };
}

/** Without the restarts that are settled, of which what is left of the events tells once more, perhaps otherwise. */
function withoutForgotten(own: PodAccount, forgotten: Forgotten | undefined): PodAccount {
  if (forgotten === undefined || forgotten.until === '') return own;
  const runs = new Set(forgotten.runs);
  const records = own.records.filter(
    ({ at, from, to }) => compareTimes(at, forgotten.until) > 0 && (from === to || !runs.has(to)),
  );
  const counted = records.filter((record) => record.counted).length;
  return {
    ...own,
    records,
    summary: {
      ...own.summary,
      summary: {
        ...own.summary.summary,
        restarts: records.length,
        counted,
        uncounted: records.length - counted,
        downtimeMs: records.reduce((sum, { downtimeMs }) => sum + (downtimeMs ?? 0), 0),
      },
      lastRestartAt:
        records.reduce<string | undefined>(
          (last, { at, atSeen }) => latest(last, atSeen ? at : undefined),
          undefined,
        ) ?? null,
    },
  };
}

/** When the first run began of which anything is told. */
function beginningOf({ pod, runs }: Timeline, events: readonly RecordedEvent[]): string {
  const began = runs.reduce<string | undefined>(
    (first, run) => earliest(first, run.createdAt ?? run.startedAt ?? run.finishedAt ?? undefined),
    undefined,
  );
  return began ?? pod.createdAt ?? events[0]?.occurredAt ?? '';
}

function account(timeline: Timeline, events: readonly RecordedEvent[]): PodAccount {
  const { complete: _, ...summary } = timeline.summary;
  const lastRestartAt = timeline.restarts.reduce<string | undefined>(
    (last, { at }) => latest(last, at ?? undefined),
    undefined,
  );
  let first: string | undefined;
  let last: string | undefined;
  for (const { occurredAt } of events) {
    first = earliest(first, occurredAt);
    last = latest(last, occurredAt);
  }
  const heardAt = first ?? '';
  return {
    summary: {
      pod: timeline.pod,
      summary,
      lastRestartAt: lastRestartAt ?? null,
      lastEventAt: last ?? '',
    },
    records: restartRecords(timeline, heardAt),
    heardAt,
  };
}

function addSettled({ summary: own, records, heardAt }: PodAccount, fold: Fold | undefined): PodAccount {
  if (fold === undefined) return { summary: own, records, heardAt };
  const { settled } = fold;
  const { unseen: unseenAlone = 0, ...known } = own.summary;
  const unseen = unseenAlone - settled.seen;
  const restarts = own.summary.restarts + settled.restarts;
  const counted = own.summary.counted + settled.counted;
  return {
    summary: {
      pod: own.pod,
      summary: {
        ...known,
        restarts,
        counted,
        uncounted: restarts - counted,
        downtimeMs: known.downtimeMs + settled.downtimeMs,
        // What the count proves is held against what was seen: of a pod whose past is gone, that is not known.
        ...(unseen > 0 && fold.forgotten === undefined ? { unseen } : {}),
      },
      lastRestartAt: latest(own.lastRestartAt ?? undefined, settled.lastRestartAt ?? undefined) ?? null,
      lastEventAt: latest(own.lastEventAt, fold.foldedUntil) ?? own.lastEventAt,
    },
    records,
    heardAt: earliest(heardAt, fold.heardAt) ?? heardAt,
  };
}

/** What an account says, in three short words: equal words, equal accounts. */
export interface Digest {
  /** Of the summary, without when the pod was last heard of. */
  readonly summary: string;
  /** Of which restarts there are. */
  readonly restarts: string;
  /** Of what is said of them. */
  readonly records: string;
}

export function digestOf({ summary, records, heardAt }: PodAccount): Digest {
  return {
    summary: hash([ACCOUNT_VERSION, { ...summary, lastEventAt: '' }, heardAt]),
    restarts: hash([ACCOUNT_VERSION, records.map((record) => restartKey.of(record).sortKey)]),
    records: digestOfRecords(records),
  };
}

export function sameDigest(a: Digest | undefined, b: Digest): boolean {
  return a?.summary === b.summary && sameRestarts(a, b);
}

export function sameRestarts(a: Digest, b: Digest): boolean {
  return a.restarts === b.restarts && a.records === b.records;
}

const SETTLED_BYTES = 9;

/** A digest of restarts in no order, so that those of two sets can be joined; empty for none. */
export function digestOfSettled(records: readonly RestartRecord[]): string {
  return records.reduce((digest, record) => joinDigests(digest, hash([ACCOUNT_VERSION, record])), '');
}

/** The digest of two sets that have nothing in common. */
export function joinDigests(a: string, b: string): string {
  if (a === '' || b === '') return a + b;
  const [left, right] = [Buffer.from(a, 'base64url'), Buffer.from(b, 'base64url')];
  const sum = Buffer.from(
    Array.from({ length: SETTLED_BYTES }, (_, at) => (left[at] ?? 0) ^ (right[at] ?? 0)),
  );
  return sum.toString('base64url');
}

function digestOfRecords(records: readonly RestartRecord[]): string {
  return hash([ACCOUNT_VERSION, records]);
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 12);
}
