import type { DockerEvent } from '../contract/docker-event.ts';
import { compareTimes, earliest, latest, shift } from '../time.ts';
import { endingKills, stoppedByRequest } from './container-trace.ts';
import { probeOf } from './kubelet-traces.ts';
import {
  type Ending,
  type EndingContext,
  eventsOfEnd,
  type Evidence,
  type UnknownReason,
} from './run-end.ts';
import { followedAt, knownSince, madeAt, type RunTrace } from './run-trace.ts';

/** Nothing but the runtime's own events is left to tell who ended the run. */
export function ofRuntime(context: EndingContext): Ending {
  const { run, next, coverage, rules } = context;
  const { execution } = run;
  const kills = execution === undefined ? [] : endingKills(execution);
  const removedAt = destroyedBefore(run, next);
  const restarted =
    next.trace === run.trace && next.execution?.restart !== undefined ? next.execution.restart : undefined;
  const evidence: (Evidence | undefined)[] = [
    ...eventsOfEnd(execution, removedAt),
    restarted,
    run.endRevision,
  ];
  const unknown = (why: UnknownReason): Ending => ({ end: { kind: 'unknown', why }, evidence });

  if (run.startFailed !== undefined && kills.length === 0)
    return { end: { kind: 'never-started' }, evidence: [...evidence, run.startFailed] };
  const rule = run.exitCode === undefined ? undefined : rules.ruleFor(run.container, run.exitCode);
  // Nothing but the rule restarts a container whose policy would not, so that it tells even where nobody watched.
  if (rule?.overrides === true && kills.length === 0 && execution?.stop === undefined)
    return { end: { kind: 'restart-rule', all: false }, evidence: [...evidence, rule.revision] };

  const ended = run.finishedAt;
  if (ended === undefined) return unknown(whyUnseen(run));
  const began = followedAt(next);
  const from = earliest(kills[0]?.occurredAt, ended) ?? ended;
  if (execution?.die === undefined || began === undefined || !coverage.covers('docker', from, began))
    return unknown('runtime-not-watched');

  if (!stoppedByRequest(execution)) {
    if (kills.length > 0) {
      // The kubelet ends containers by `docker stop` alone, so a kill without a stop came from someone else.
      if (removedAt !== undefined) return { end: { kind: 'removed' }, evidence };
      return { end: { kind: 'killed', signal: kills.at(-1)?.signal }, evidence };
    }
    if (run.exitCode === 137) return unknown('sigkill-from-nowhere');
    if (rule !== undefined)
      return { end: { kind: 'restart-rule', all: false }, evidence: [...evidence, rule.revision] };
    return { end: { kind: 'exited' }, evidence };
  }
  const doubt = doubtOfSilence(context, from, began);
  if (doubt === undefined) {
    return {
      end: { kind: 'stopped', removed: removedAt !== undefined, restarted: restarted !== undefined },
      evidence,
    };
  }
  return doubt.changed === undefined
    ? { end: { kind: 'unknown', why: doubt.why }, evidence: [...evidence, ...doubt.evidence] }
    : { end: { kind: 'spec-changed' }, evidence: [doubt.changed, ...evidence] };
}

function whyUnseen(run: RunTrace): UnknownReason {
  if (run.synthetic) return 'made-up-end';
  if (run.clockSetBack) return 'end-not-placed';
  return 'end-not-seen';
}

/** The kubelet announces a kill before it starts the grace period. */
const HEARING_MS = 60_000;
/** What a kubelet has said and not yet sent is lost with it. */
const LOST_WORDS_MS = 10_000;

type Doubt =
  | { readonly why: UnknownReason; readonly evidence: readonly Evidence[]; readonly changed?: undefined }
  | { readonly changed: Evidence };

/**
 * A stop is the kubelet's own way of ending a container: only its silence, where it would have been heard, tells that
 * someone else asked for it. Gives why that silence may mean nothing.
 */
function doubtOfSilence(context: EndingContext, from: string, began: string): Doubt | undefined {
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

/** The removal of the old container, if it came before the new one was made. */
function destroyedBefore(run: RunTrace, next: RunTrace): DockerEvent | undefined {
  const destroy = run.trace?.destroy;
  const began = madeAt(next);
  if (destroy === undefined || began === undefined || compareTimes(destroy.occurredAt, began) > 0)
    return undefined;
  return destroy;
}
