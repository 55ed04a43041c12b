import { millisBetween, shift } from '../time.ts';
import { endingKills } from './container-trace.ts';
import { type Ending, type EndingContext, eventsOfEnd, type OomVictim } from './run-end.ts';
import { followedAt, runtimeSourceOf, type RunTrace } from './run-trace.ts';
import { sentBy } from './sent-signals.ts';

/** A process that loses a child to the kernel ends soon, if it ends because of that. */
const SOON_AFTER_MS = 10_000;
/** The kubelet and the problem detector tell of a kill when they read it in the kernel's log. */
const TOLD_WITHIN_MS = 5_000;

/** The kernel killed the container, or a process of it, because memory ran out. */
export function ofKernel(context: EndingContext): Ending | undefined {
  const { run } = context;
  const ooms = run.execution?.ooms ?? [];
  if (run.oomKilled === undefined && ooms.length === 0) return ofNodeOom(context);
  const victim = victimOf(run);
  if (victim === undefined) return undefined;
  return {
    end: { kind: 'oom', victim },
    evidence: [...ooms, ...eventsOfEnd(run.execution), run.oomKilled],
  };
}

/**
 * Docker, containerd and the kubelet say OOMKilled of a container when any process in it was killed for memory, be it
 * long before and be the exit code 0 (kubernetes#104454, #131530). Only SIGKILL of the first process ends the run, or
 * the loss of a child right before its end.
 */
function victimOf(run: RunTrace): OomVictim | undefined {
  const ooms = run.execution?.ooms ?? [];
  if (run.exitCode === 137) return 'container';
  if (run.exitCode === undefined) return run.oomKilled === undefined ? undefined : 'container';
  const last = ooms.at(-1)?.occurredAt;
  if (last !== undefined && run.finishedAt !== undefined)
    return millisBetween(last, run.finishedAt) <= SOON_AFTER_MS ? 'process-of-container' : undefined;
  return run.oomKilled === undefined ? undefined : 'process-of-container';
}

/**
 * When the whole node runs out of memory the kernel picks a process anywhere, and the runtime shows but exit code 137
 * (kubernetes#53669). A kill through Docker would have been seen, and so would any other where signals are watched.
 */
function ofNodeOom({ run, next, node, coverage, standalone }: EndingContext): Ending | undefined {
  const { finishedAt, execution } = run;
  if (run.exitCode !== 137 || finishedAt === undefined || execution?.die === undefined) return undefined;
  if (endingKills(execution).length > 0 || execution.stop !== undefined) return undefined;
  if ((sentBy(execution)?.kind ?? 'kernel') !== 'kernel') return undefined;
  const began = followedAt(next);
  if (began === undefined || !coverage.covers(runtimeSourceOf(run), finishedAt, began)) return undefined;
  const oom = standalone
    ? undefined
    : node.oomWithin(shift(finishedAt, -TOLD_WITHIN_MS), shift(finishedAt, TOLD_WITHIN_MS));
  if (oom === undefined) return undefined;
  return {
    end: { kind: 'oom', victim: oom.scope === 'node' ? 'by-node' : 'by-cgroup' },
    evidence: [oom.event, ...eventsOfEnd(execution)],
  };
}
