import { compareTimes, earliest, millisBetween, shift } from '../time.ts';
import { endingKills, type Execution, stoppedByRequest } from './container-trace.ts';
import type { EndingContext } from './run-end.ts';

/** Docker asks, and the grace period of a pod is 30 s unless it asks for another: no stop takes a minute longer. */
const LONG_BEFORE_MS = 60_000;
/** What is asked of two containers at once is not told in the same millisecond. */
const SAME_BREATH_MS = 1_000;
/** Codes that the end of a sandbox, of the runtime or of the node leaves: killed, asked to end, lost. */
const LEFT_BY_OTHERS: ReadonlySet<number> = new Set([137, 143, 255]);

/**
 * Whether the run was over before its sandbox was touched, so that the sandbox's end, which also came before the next
 * run, did not end it.
 */
export function endedBeforeSandbox({ run, sandboxes, kubelet }: EndingContext): boolean {
  const { finishedAt, execution } = run;
  if (finishedAt === undefined) return false;
  const sandbox = run.sandboxId === undefined ? undefined : sandboxes.get(run.sandboxId);
  const touched = sandbox === undefined ? undefined : beginningOfEnd(sandbox.trace.executions.at(-1));
  if (touched !== undefined && execution?.die !== undefined) {
    if (sandbox?.trace.source === 'cri') return endedLongBefore(run, touched);
    if (stoppedByRequest(execution)) return millisBetween(finishedAt, touched) > LONG_BEFORE_MS;
    if (endingKills(execution).length > 0) return millisBetween(finishedAt, touched) > SAME_BREATH_MS;
    return compareTimes(finishedAt, touched) < 0;
  }
  // Without the runtime's word: the kubelet finds a dead sandbox within seconds, ten at most (its periodic sync).
  if (run.exitCode === undefined || LEFT_BY_OTHERS.has(run.exitCode)) return false;
  const found = kubelet.sandboxChanged.reduce<string | undefined>(
    (first, { occurredAt }) => earliest(first, occurredAt),
    undefined,
  );
  return found !== undefined && compareTimes(shift(finishedAt, LONG_BEFORE_MS), found) < 0;
}

/** How long containerd and CRI-O take at most to end a sandbox once they have killed, or asked, what runs in it. */
const KILLED_BEFORE_MS = 15_000;

/** Who stops a sandbox through CRI ends its containers first (StopPodSandbox), and nothing tells of the request. */
function endedLongBefore({ finishedAt, exitCode }: EndingContext['run'], touched: string): boolean {
  if (finishedAt === undefined) return false;
  const wasKilled = exitCode !== undefined && LEFT_BY_OTHERS.has(exitCode);
  return millisBetween(finishedAt, touched) > (wasKilled ? KILLED_BEFORE_MS : SAME_BREATH_MS);
}

function beginningOfEnd(execution: Execution | undefined): string | undefined {
  return (
    (execution === undefined ? undefined : endingKills(execution)[0]?.occurredAt) ??
    execution?.die?.occurredAt ??
    execution?.inspect?.state?.finishedAt
  );
}
