import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { UnreadableItemError } from './errors.ts';
import { FOLD_SORT_KEY } from './keys/log-key.ts';
import { blobAttributes, deflateJson, inflateJson, type Item } from './pack.ts';
import type { TimelinePod } from '../../timeline/contract/timeline.ts';
import { ifFollows, putIf } from './put-if.ts';
import type { TableParts } from './query.ts';

/**
 * What came of the older part of a pod's log: how many restarts there were, and those events without which what comes
 * after cannot be understood. With it, bringing a pod up to date costs the same however long its history is.
 */
export interface Fold {
  /** Counts its writes; a writer replaces only the revision that it read. */
  readonly revision: number;
  /** The last entry that is folded; 0 for the head's own events alone. */
  readonly place: number;
  /** When the newest of the folded events happened: what comes later of a time before it is late. */
  readonly foldedUntil: string;
  /** The last entry that was there when this was made: it holds for all up to this one, whatever their times. */
  readonly provedTo: number;
  /** When the pod was first heard of. */
  readonly heardAt: string;
  readonly settled: SettledRestarts;
  /** Where the events that are folded are there no longer: what only they told of the pod, and until when. */
  readonly forgotten?: Forgotten;
  readonly anchors: readonly RecordedEvent[];
}

export interface Forgotten {
  readonly pod: TimelinePod;
  /** A restart up to then is settled, whatever the anchors and what comes late tell of it; empty for none. */
  readonly until: string;
  /** The new runs of those that were told last: what is heard of them later may tell of a later moment. */
  readonly runs: readonly string[];
}

/** Restarts that nothing can change any more but what comes late. */
export interface SettledRestarts {
  readonly restarts: number;
  readonly counted: number;
  readonly downtimeMs: number;
  /**
   * How many fewer restarts nobody saw than the later events alone make it seem: to these, `restartCount` begins at what
   * the settled ones brought it to.
   */
  readonly seen: number;
  readonly lastRestartAt: string | null;
  /** Of their records in the index. */
  readonly digest: string;
}

export const NONE_SETTLED: SettledRestarts = {
  restarts: 0,
  counted: 0,
  downtimeMs: 0,
  seen: 0,
  lastRestartAt: null,
  digest: '',
};

const FOLD_VERSION = 2;

/**
 * Writes a fold in the place of the revision before it. False if another writer was there first.
 *
 * @param expires when its time is over
 */
export function putFold(
  table: TableParts,
  partitionKey: string,
  fold: Fold,
  expires: Item,
): Promise<boolean> {
  const { place, revision, ...body } = fold;
  const item = {
    pk: { S: partitionKey },
    sk: { S: FOLD_SORT_KEY },
    v: { N: String(FOLD_VERSION) },
    rev: { N: String(revision) },
    place: { N: String(place) },
    ...blobAttributes(deflateJson(body)),
    ...expires,
  };
  return putIf(table, item, ifFollows(revision));
}

/** @throws UnreadableItemError if it is of a version that is not known here. */
export function readFold(item: Item): Fold {
  if (item['v']?.N !== String(FOLD_VERSION)) {
    throw new UnreadableItemError(`a fold has version ${item['v']?.N ?? 'none'}, not ${FOLD_VERSION}`);
  }
  return {
    revision: Number(item['rev']?.N),
    place: Number(item['place']?.N),
    ...(inflateJson(item) as Omit<Fold, 'place' | 'revision'>),
  };
}
