import { compareTimes, latest, shift } from '../time.ts';
import { probeOf } from './kubelet-traces.ts';
import type { Ending, EndingContext, Evidence, UnknownReason } from './run-end.ts';
import { knownSince } from './run-trace.ts';

/** The kubelet announces a kill before it starts the grace period. */
const HEARING_MS = 60_000;
/** What a kubelet has said and not yet sent is lost with it. */
const LOST_WORDS_MS = 10_000;

export type Doubt =
  | { readonly why: UnknownReason; readonly evidence: readonly Evidence[]; readonly changed?: undefined }
  | { readonly changed: Evidence };

/**
 * A stop is the kubelet's own way of ending a container: only its silence, where it would have been heard, tells that
 * someone else asked for it. Gives why that silence may mean nothing.
 */
export function doubtOfSilence(context: EndingContext, from: string, began: string): Doubt | undefined {
  const { run, next, coverage, standalone, rules, node, kubelet, budget } = context;
  if (standalone) return undefined;
  const changed = rules.imageChange(run, next);
  if (changed !== undefined) return { changed };
  const since = latest(knownSince(run) ?? from, shift(from, -HEARING_MS)) ?? from;
  if (!coverage.covers('event', since, began)) return { why: 'events-not-watched', evidence: [] };
  const failing = kubelet.unhealthy.filter(
    (event) => probeOf(event) !== 'readiness' && compareTimes(event.occurredAt, since) >= 0,
  );
  if (failing.length > 0) return { why: 'probe-was-failing', evidence: failing };
  const started = node.kubeletStartWithin(shift(from, -LOST_WORDS_MS), began);
  if (started !== undefined) return { why: 'kubelet-was-restarting', evidence: [started] };
  if (budget().isSpent(from, shift(next.startedAt ?? began, HEARING_MS)))
    return { why: 'events-dropped', evidence: [] };
  return undefined;
}

/** What an end is, of which the kubelet's silence does not tell that it was not the kubelet's doing. */
export function inDoubt(doubt: Doubt, evidence: Ending['evidence']): Ending {
  return doubt.changed === undefined
    ? { end: { kind: 'unknown', why: doubt.why }, evidence: [...evidence, ...doubt.evidence] }
    : { end: { kind: 'spec-changed' }, evidence: [doubt.changed, ...evidence] };
}
