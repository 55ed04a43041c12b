import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';
import { anchorsOf } from './anchors.ts';
import { distinctInOrder } from './event-order.ts';
import { type Fold, putFold, type SettledRestarts } from './fold.ts';
import { podKey } from './keys/pod-key.ts';
import { accountOf } from './pod-account.ts';
import type { PodLog } from './pod-log.ts';
import type { PodName, PodWriterParts } from './pod-matter.ts';
import { expiry } from './expiry.ts';
import { summariesDaysOf } from './retention.ts';
import type { PodSummary } from './store.ts';

/** New runs that are remembered by their names: of all containers of a pod, the last few. */
const RUNS_KEPT = 40;
const EPOCH = '1970-01-01T00:00:00Z';

/**
 * Closes what a log has come to, when entries of it are there no longer: their time was over before there were so many
 * that they were folded. The head says what they came to; a fold is made that says the same, and no more is made of
 * what is left of them than what comes next is understood by. It can be cut off, and done twice.
 */
export async function forgetTorn(
  parts: PodWriterParts,
  { cluster, uid }: PodName,
  log: PodLog,
): Promise<void> {
  const { table, surroundings, clock, retention } = parts;
  const { head, fold, entries } = log;
  const present = new Set(entries.map(({ place }) => place));
  let place = Math.max(head?.place ?? 0, fold?.place ?? 0);
  for (let missing = log.places; missing > place; missing -= 1) {
    if (!present.has(missing)) place = missing;
  }
  const left = entries.filter((entry) => entry.place <= place).flatMap(({ events }) => events);
  const folded = distinctInOrder([...(fold?.anchors ?? head?.events ?? []), ...left]);
  const timeline = reconstruct(cluster, uid, folded);
  const pod = head?.summary.pod ?? timeline?.pod;
  const until = head?.summary.lastEventAt ?? '';
  const foldedUntil = head?.summary.lastEventAt ?? folded.at(-1)?.occurredAt ?? EPOCH;
  const before = await accountOf(cluster, uid, folded, surroundings);
  const runs = (before?.records ?? []).slice(-RUNS_KEPT).map(({ to }) => to);
  const torn: Fold = {
    revision: (fold?.revision ?? 0) + 1,
    place,
    provedTo: log.places,
    foldedUntil,
    heardAt: fold?.heardAt ?? folded[0]?.occurredAt ?? foldedUntil,
    settled: settledIn(head?.summary),
    ...(pod === undefined ? {} : { forgotten: { pod, until, runs } }),
    anchors: timeline === undefined ? [] : anchorsOf(folded, timeline),
  };
  const expires = expiry(clock(), summariesDaysOf(retention));
  await putFold(table, podKey.format(cluster, uid), torn, expires);
}

function settledIn(summary: PodSummary | undefined): SettledRestarts {
  const said = summary?.summary;
  return {
    restarts: said?.restarts ?? 0,
    counted: said?.counted ?? 0,
    downtimeMs: said?.downtimeMs ?? 0,
    // Of a pod whose past is gone, nothing is said of restarts that nobody saw.
    seen: 0,
    lastRestartAt: summary?.lastRestartAt ?? null,
    digest: '',
  };
}
