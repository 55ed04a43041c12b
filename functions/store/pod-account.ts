import { createHash } from 'node:crypto';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { RestartRecord } from '../../timeline/contract/report.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';
import { restartRecords } from '../../timeline/reports/restart-records.ts';
import { earliest, latest } from '../../timeline/time.ts';
import { restartKey } from './keys/restart-key.ts';
import type { PodSummary } from './store.ts';
import type { Surroundings } from './surroundings.ts';

/** All that is stored of a pod besides its events: what follows from them. */
export interface PodAccount {
  readonly summary: PodSummary;
  readonly records: readonly RestartRecord[];
  /** When the pod was first heard of. */
  readonly heardAt: string;
}

/** Raise when an account says something new, or something else: each is then made anew when its pod is next heard of. */
const ACCOUNT_VERSION = 2;

/**
 * The account of a pod. The surroundings have a bearing on why something restarted, not on whether: they are looked
 * up only for a pod that restarted.
 */
export async function accountOf(
  cluster: string,
  uid: string,
  events: readonly RecordedEvent[],
  surroundings: Surroundings,
): Promise<PodAccount | undefined> {
  const alone = reconstruct(cluster, uid, events);
  if (alone === undefined) return undefined;
  const around = alone.restarts.length === 0 ? [] : await surroundings.of(alone.pod.node);
  if (around.length === 0) return account(alone, events);
  return account(reconstruct(cluster, uid, [...events, ...around]) ?? alone, events);
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
    records: hash([ACCOUNT_VERSION, records]),
  };
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 12);
}
