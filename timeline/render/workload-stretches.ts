import type { Timestamp } from '../contract/primitives.ts';
import type { WorkloadPod } from '../contract/workload-timeline.ts';
import { compareTimes, earliest } from '../time.ts';
import { PALETTE } from './palette.ts';

/** What a pod of a workload does at a time, as coarse as a colour can tell. */
export type PodState = 'waiting' | 'running' | 'leaving' | 'ended';

export const STATE_COLOURS: Readonly<Record<PodState, string>> = {
  waiting: PALETTE.line,
  running: PALETTE.running,
  leaving: PALETTE.ended,
  ended: PALETTE.line,
};

export const STATE_WORDS: Readonly<Record<PodState, string>> = {
  waiting: 'not started',
  running: 'running',
  leaving: 'asked to go',
  ended: 'ended',
};

export interface Stretch {
  readonly state: PodState;
  /** Null: from before anything is known. */
  readonly from: Timestamp | null;
  /** Null: still so, or the end was not seen. */
  readonly to: Timestamp | null;
}

/** The life of a pod of a workload, cut where its state changes, oldest first. */
export function stretchesOf({ pod, startedAt, leftAt, endedAt }: WorkloadPod): readonly Stretch[] {
  const gone = pod.deletedAt;
  const stopped = endedAt ?? gone;
  const stretches: Stretch[] = [];
  if (startedAt === null) {
    stretches.push({ state: 'waiting', from: pod.createdAt, to: leftAt ?? gone });
  } else {
    if (pod.createdAt !== null) stretches.push({ state: 'waiting', from: pod.createdAt, to: startedAt });
    const leaves = earliest(leftAt ?? undefined, stopped ?? undefined) ?? null;
    stretches.push({ state: 'running', from: startedAt, to: leaves });
    if (leftAt !== null && (stopped === null || compareTimes(stopped, leftAt) > 0))
      stretches.push({ state: 'leaving', from: leftAt, to: stopped });
  }
  if (endedAt !== null) stretches.push({ state: 'ended', from: endedAt, to: gone });
  return stretches;
}
