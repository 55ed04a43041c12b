import { compareTimes, latest, millisBetween } from '../time.ts';
import { AT_ONCE_MS, isOfOneOwner } from './kinship.ts';
import type { PodLife } from './pod-life.ts';
import type { Succession } from './succession.ts';

/** Pods whose places are told apart, by name, node or index: the next in the same place is the successor. */
export function succeedInPlace(
  kind: string,
  inPlace: readonly PodLife[],
  all: readonly PodLife[],
  found: Map<PodLife, Succession>,
): void {
  for (const [index, life] of inPlace.entries()) {
    const next = inPlace[index + 1];
    if (life.leaving === undefined || next === undefined) continue;
    found.set(life, judgeInPlace(kind, life, next, all));
  }
}

function judgeInPlace(kind: string, life: PodLife, next: PodLife, all: readonly PodLife[]): Succession {
  if (kind === 'Pod') return { how: 'by-hand', to: next };
  if (!isOfOneOwner(life, next)) return { how: 'remade', to: next };
  const isJob = kind === 'Job' || kind === 'CronJob';
  if (!isJob && lagMs(life, next, kind === 'StatefulSet' ? all : []) > AT_ONCE_MS)
    return { how: 'later', to: next, ofOneOwner: true };
  return life.revision === next.revision ? { how: 'made-up', to: next } : { how: 'other-revision', to: next };
}

/** Such a controller waits until the old pod is gone, and `OrderedReady` until all before it are ready. */
function lagMs(life: PodLife, next: PodLife, all: readonly PodLife[]): number {
  if (next.bornAt === undefined || life.leaving === undefined) return 0;
  let since = life.goneAt ?? life.leaving.at;
  const ordinal = ordinalOf(life);
  for (const { pod, bornAt, readyAt, owner } of all) {
    const earlier = ordinalOf({ pod }) < ordinal && owner?.uid === next.owner?.uid;
    if (earlier && bornAt !== undefined && readyAt !== undefined && compareTimes(bornAt, next.bornAt) <= 0)
      since = latest(since, readyAt) ?? since;
  }
  return millisBetween(since, next.bornAt);
}

function ordinalOf({ pod }: Pick<PodLife, 'pod'>): number {
  return Number(/-(\d+)$/.exec(pod.name)?.[1] ?? Number.NaN);
}
