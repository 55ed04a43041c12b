import type { Timestamp } from '../contract/primitives.ts';
import { compareTimes } from '../time.ts';
import { AT_ONCE_MS, isOfOneOwner, SETTLED_MS } from './kinship.ts';
import { shiftWithin } from './moment.ts';
import type { PodLife } from './pod-life.ts';
import type { Succession } from './succession.ts';
import { succeedInPlace } from './succession-in-place.ts';
import { succeedInJob, succeedInPool } from './succession-in-pool.ts';

/**
 * Finds for each pod of one workload that left the pod that took its place: each pod takes the place of one at most.
 * A pure function of the set of lives.
 *
 * @param lives of one workload, in the order of birth
 * @param heardUntil up to when the silence of what is watched counts
 */
export function traceSuccession(
  kind: string,
  lives: readonly PodLife[],
  heardUntil: Timestamp | undefined,
): ReadonlyMap<PodLife, Succession> {
  const found = new Map<PodLife, Succession>();
  const pools: PodLife[][] = [];
  for (const [, group] of groupBy(lives, (life) => placeOf(kind, life))) {
    if (group.place === undefined) pools.push(group.lives);
    else succeedInPlace(kind, group.lives, lives, found);
  }
  for (const pool of pools) {
    if (kind === 'Job' || kind === 'CronJob') succeedInJob(pool, found);
    else succeedInPool(pool, found);
  }
  for (const life of lives) {
    if (life.leaving !== undefined && !found.has(life)) found.set(life, tellAbsence(life, lives, heardUntil));
  }
  return found;
}

interface Group {
  /** Undefined for pods that are as good as one another. */
  readonly place: string | undefined;
  readonly lives: PodLife[];
}

function groupBy(
  lives: readonly PodLife[],
  keyOf: (life: PodLife) => { readonly key: string; readonly place: string | undefined },
): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const life of lives) {
    const { key, place } = keyOf(life);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { place, lives: [life] });
    else group.lives.push(life);
  }
  return groups;
}

/** Whose place a pod can take: that of one name, of one node, of one index, or that of any other. */
function placeOf(kind: string, { pod, owner, completionIndex }: PodLife) {
  const place = (word: string) => ({ key: `place ${word}`, place: word });
  switch (kind) {
    case 'Pod':
    case 'StatefulSet':
      return place(pod.name);
    case 'DaemonSet':
      return pod.node === null ? { key: 'pool', place: undefined } : place(pod.node);
    case 'Job':
    case 'CronJob': {
      const job = owner?.uid ?? owner?.name ?? '';
      return completionIndex === undefined
        ? { key: `pool ${job}`, place: undefined }
        : place(`${completionIndex} ${job}`);
    }
    default:
      return { key: 'pool', place: undefined };
  }
}

function tellAbsence(
  life: PodLife,
  lives: readonly PodLife[],
  heardUntil: Timestamp | undefined,
): Succession {
  const at = life.leaving?.at;
  if (at === undefined || heardUntil === undefined) return { how: 'not-seen' };
  const until = shiftWithin(at, AT_ONCE_MS);
  if (compareTimes(heardUntil, until) < 0 || !life.watched(at, until)) return { how: 'not-seen' };
  const settled = shiftWithin(at, SETTLED_MS);
  const others = lives.filter((other) => other !== life);
  const stayed = others.filter(
    ({ bornAt, leaving }) =>
      bornAt !== undefined &&
      compareTimes(bornAt, settled) <= 0 &&
      (leaving === undefined
        ? compareTimes(heardUntil, settled) >= 0
        : compareTimes(leaving.at, settled) > 0),
  );
  const later = others.filter(({ bornAt }) => bornAt !== undefined && compareTimes(bornAt, until) > 0);
  const isOfOwner = (other: PodLife) => isOfOneOwner(life, other);
  if (stayed.some(isOfOwner)) return { how: 'fewer' };
  if (stayed.some(({ revision }) => revision !== life.revision))
    return { how: 'other-revision', to: undefined };
  if (later.some(isOfOwner)) return { how: 'fewer' };
  return { how: 'none-left' };
}
