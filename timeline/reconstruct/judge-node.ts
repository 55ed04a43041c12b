import { compareTimes, millisBetween, shift } from '../time.ts';
import { endingKills, type Execution } from './container-trace.ts';
import { endedBeforeSandbox } from './run-alone.ts';
import { type Ending, type EndingContext, eventsOfEnd, lookAtEnd } from './run-end.ts';
import { knownSince, madeAt, type RunTrace } from './run-trace.ts';

/** A node that goes down in order ends its containers first, and a slow machine takes minutes to come back. */
const DOWN_MS = 15 * 60_000;

/**
 * The node was rebooted between the run and the next. A run that the kubelet reported as ended, and waited to
 * replace, or that ended before its sandbox did, was over before.
 */
export function ofReboot(context: EndingContext): Ending | undefined {
  const { run, next, node, kubelet } = context;
  const [since, began] = [knownSince(run), madeAt(next)];
  if (since === undefined || began === undefined) return undefined;
  const reboot = node.rebootBetween(since, began);
  if (reboot === undefined || run.backOff !== undefined || run.oomKilled !== undefined) return undefined;
  const inTime =
    run.finishedAt === undefined || compareTimes(shift(reboot.boundary, -DOWN_MS), run.finishedAt) <= 0;
  if (!inTime || endedBeforeSandbox(context) || survived(context)) return undefined;
  return {
    end: { kind: 'node-rebooted', bootId: reboot.bootId, rerun: false },
    evidence: [
      ...reboot.evidence,
      ...kubelet.sandboxChanged,
      ...eventsOfEnd(run.execution),
      lookAtEnd(run.execution),
      run.endRevision,
    ],
  };
}

/** A sandbox that ran on through both runs was there after the reboot already. */
function survived({ run, next, sandboxes }: EndingContext): boolean {
  if (run.sandboxId === undefined || run.sandboxId !== next.sandboxId) return false;
  return (sandboxes.get(run.sandboxId)?.trace.executions.length ?? 0) === 1;
}

/** How long dockerd waits for its containers before it goes (its default `shutdown-timeout`). */
const SHUTDOWN_MS = 15_000;
/** An engine that crashed ends what survived it while it starts, at about the time when it answers again. */
const STARTUP_MS = 5_000;
/** The engine asks all its containers to end in the same breath. */
const SAME_BREATH_MS = 1_000;

/**
 * Without live-restore the engine takes every container down with it, the sandboxes too: the run and its sandbox end
 * together, around the time when the engine could not be reached. A container of Docker alone has no sandbox to tell
 * it by; it must have ended in that time itself, or right before. Where Docker was not watched, the node problem
 * detector may have told of the engine's start, and the kubelet of the dead sandbox.
 */
export function ofRestartedRuntime(context: EndingContext): Ending | undefined {
  const { run, sandboxes, coverage, standalone, node, kubelet } = context;
  const sandbox = run.sandboxId === undefined ? undefined : sandboxes.get(run.sandboxId);
  const execution = sandbox?.trace.executions.at(-1);
  const told = sandbox === undefined && !standalone;
  const ended = standalone || told ? run.finishedAt : sandbox?.finishedAt;
  if (ended === undefined) return undefined;
  const together = standalone || (told ? kubelet.sandboxChanged.length > 0 : endedTogether(run, execution));
  if (!together) return undefined;
  const before = standalone ? SAME_BREATH_MS : SHUTDOWN_MS;
  const restarted = coverage.runtimeRestarts.some(
    ({ from, to }) =>
      compareTimes(shift(from, -before), ended) <= 0 && compareTimes(ended, shift(to, STARTUP_MS)) <= 0,
  );
  const started = restarted
    ? undefined
    : node.runtimeStartWithin(shift(ended, -STARTUP_MS), shift(ended, SHUTDOWN_MS));
  if (!restarted && started === undefined) return undefined;
  return {
    end: { kind: 'runtime-restarted', rerun: false },
    evidence: [
      started,
      ...eventsOfEnd(execution),
      lookAtEnd(execution),
      ...eventsOfEnd(run.execution),
      lookAtEnd(run.execution),
      ...(told ? kubelet.sandboxChanged : []),
    ],
  };
}

/** Both were asked to end at once, or both ended unseen. */
function endedTogether(run: RunTrace, sandbox: Execution | undefined): boolean {
  const [own, others] = [run.execution, sandbox].map((execution) =>
    execution === undefined ? undefined : endingKills(execution)[0],
  );
  if (own === undefined || others === undefined) {
    return own === others && run.execution?.die === undefined && sandbox?.die === undefined;
  }
  return Math.abs(millisBetween(own.occurredAt, others.occurredAt)) <= SAME_BREATH_MS;
}
