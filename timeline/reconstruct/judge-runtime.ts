import type { RuntimeEvent } from '../contract/cri-event.ts';
import { compareTimes, earliest } from '../time.ts';
import { endingKills, stoppedByRequest } from './container-trace.ts';
import {
  type Ending,
  type EndingContext,
  eventsOfEnd,
  type Evidence,
  type UnknownReason,
} from './run-end.ts';
import { followedAt, madeAt, runtimeSourceOf, type RunTrace } from './run-trace.ts';
import { doubtOfSilence, inDoubt } from './doubt-of-silence.ts';
import { ofQuietRuntime } from './judge-quiet-runtime.ts';

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
  if (
    execution?.die === undefined ||
    began === undefined ||
    !coverage.covers(runtimeSourceOf(run), from, began)
  )
    return unknown('runtime-not-watched');
  if (runtimeSourceOf(run) === 'cri')
    return ofQuietRuntime({ context, evidence, removedAt, from, began, rule });

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
  return inDoubt(doubt, evidence);
}

function whyUnseen(run: RunTrace): UnknownReason {
  if (run.synthetic) return 'made-up-end';
  if (run.clockSetBack) return 'end-not-placed';
  return 'end-not-seen';
}

/** The removal of the old container, if it came before the new one was made. */
function destroyedBefore(run: RunTrace, next: RunTrace): RuntimeEvent | undefined {
  const destroy = run.trace?.destroy;
  const began = madeAt(next);
  if (destroy === undefined || began === undefined || compareTimes(destroy.occurredAt, began) > 0)
    return undefined;
  return destroy;
}
