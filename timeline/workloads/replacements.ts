import type { Timestamp } from '../contract/primitives.ts';
import type { Replacement, ReplacementCause } from '../contract/workload-timeline.ts';
import { compareText } from '../text-order.ts';
import { compareTimes, millisBetween } from '../time.ts';
import { explainReplacement } from './explain-replacement.ts';
import type { PodEnd } from './pod-end.ts';
import type { PodLife } from './pod-life.ts';
import type { Succession } from './succession.ts';

interface Verdict {
  readonly cause: ReplacementCause;
  readonly evidence: readonly { readonly id: string }[];
}

/** The end of every pod that left, oldest first. */
export function tellReplacements(kind: string, successions: ReadonlyMap<PodLife, Succession>): Replacement[] {
  const told = [...successions].map(([life, succession]) => tellReplacement(kind, life, succession));
  return told.sort((a, b) => compareMoments(a.at, b.at) || compareText(a.from, b.from));
}

function compareMoments(a: Timestamp | null, b: Timestamp | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compareTimes(a, b);
}

function tellReplacement(kind: string, life: PodLife, succession: Succession): Replacement {
  const to = 'to' in succession ? succession.to : undefined;
  const { cause, evidence } = judge(kind, life, succession);
  const downtimeMs = cause === 'scaled' ? null : downtimeBetween(life, to);
  const shown = [...evidence, ...(to?.birth === undefined ? [] : [to.birth])];
  return {
    at: life.leaving === undefined || life.leaving.by === 'vanished' ? null : life.leaving.at,
    from: life.pod.uid,
    to: to?.pod.uid ?? null,
    cause,
    explanation: explainReplacement({ kind, life, succession, cause, downtimeMs }),
    downtimeMs,
    evidence: [...new Set(shown.map(({ id }) => id))],
  };
}

function judge(kind: string, life: PodLife, succession: Succession): Verdict {
  const { end } = life;
  if (end === undefined) return { cause: 'unknown', evidence: [] };
  const verdict = (cause: ReplacementCause, ...more: ({ readonly id: string } | undefined)[]): Verdict => ({
    cause,
    evidence: [...end.evidence, ...more.filter((event) => event !== undefined)],
  });
  switch (end.kind) {
    case 'pressure':
    case 'evicted-by-taint':
      return verdict('evicted');
    case 'evicted-by-api': {
      const cordoned = cordonOf(end, succession);
      return verdict(cordoned === undefined ? 'evicted' : 'drained', cordoned);
    }
    case 'preempted':
      return verdict('preempted');
    case 'node-lost':
      return verdict('node-lost');
    case 'ended':
      return verdict('completed');
    case 'rejected':
      return verdict('rejected');
    case 'removed':
      return verdict('deleted');
    case 'by-kubelet':
    case 'taint-or-lost':
      return verdict('unknown');
    case 'vanished':
      return verdict(succession.how === 'other-revision' ? 'rollout' : 'unknown');
    case 'deleted':
      return judgeDeletion(kind, end, succession, verdict);
  }
}

/** A node that was told to be closed, or that is one of all nodes, all of which were when the next pod came. */
export function cordonOf(
  { cordoned }: { readonly cordoned: { readonly id: string } | undefined },
  succession: Succession,
): { readonly id: string } | undefined {
  return cordoned ?? ('to' in succession ? succession.to?.everyNodeCordoned : undefined);
}

function judgeDeletion(
  kind: string,
  end: Extract<PodEnd, { kind: 'deleted' }>,
  succession: Succession,
  verdict: (cause: ReplacementCause, ...more: ({ readonly id: string } | undefined)[]) => Verdict,
): Verdict {
  switch (succession.how) {
    case 'other-revision':
      return verdict('rollout');
    case 'made-up': {
      const cordoned = kind === 'DaemonSet' ? undefined : cordonOf(end, succession);
      return cordoned === undefined ? verdict('deleted') : verdict('drained', cordoned);
    }
    case 'remade':
    case 'by-hand':
      return verdict('deleted');
    case 'later':
      return verdict(succession.ofOneOwner ? 'scaled' : 'unknown');
    case 'fewer':
      return kind === 'DaemonSet' && end.nodeLost !== undefined
        ? verdict('node-lost', end.nodeLost)
        : verdict('scaled');
    case 'none-left':
    case 'not-seen':
      return verdict(kind === 'Pod' ? 'deleted' : 'unknown');
  }
}

/** Null unless both are known: clocks of two nodes may differ, so an overlap counts as none. */
function downtimeBetween({ endedAt }: PodLife, to: PodLife | undefined): number | null {
  if (endedAt === undefined || to?.startedAt === undefined) return null;
  return Math.max(0, millisBetween(endedAt, to.startedAt));
}
