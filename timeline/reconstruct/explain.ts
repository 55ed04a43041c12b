import { formatDuration } from '../time.ts';
import type { RunTrace } from './run-trace.ts';
import type { RestartFacts } from './restart-facts.ts';
import { sayCount } from './say-count.ts';
import { sayEnd } from './say-end.ts';

/** A restart in a few sentences: what ended the old run and who did it, how long it was down, whether it counted. */
export function explain(facts: RestartFacts): string {
  return [sayEnd(facts), sayPolicy(facts), sayDowntime(facts), sayCount(facts), sayAtLeast(facts)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** A restart that the pod's own policy does not ask for is worth a word: that is how kubelet bugs look. */
function sayPolicy({ run, end, policy, rerun }: RestartFacts): string {
  if (rerun || end.kind === 'restart-rule') return '';
  if (policy === 'Never') return 'Its restart policy, Never, does not ask for this restart.';
  if (policy === 'OnFailure' && run.exitCode === 0 && end.kind === 'exited')
    return 'Its restart policy, OnFailure, does not ask for a restart after exit code 0.';
  return '';
}

function sayDowntime({ run, next, downtimeMs, backoffMs, rerun, counting }: RestartFacts): string {
  if (rerun || run.overlapped || run.clockSetBack) return '';
  if (downtimeMs === null) return sayUnseenDowntime(run, next);
  if ((counting.unseen ?? 0) > 0)
    return `From its end to the start of the run that followed it here lay ${formatDuration(downtimeMs)}.`;
  const backOff = backoffMs > 0 ? `, ${formatDuration(backoffMs)} of it back-off` : '';
  return `It was down for ${formatDuration(downtimeMs)}${backOff}.`;
}

function sayUnseenDowntime(run: RunTrace, next: RunTrace): string {
  if (run.finishedAt === undefined)
    return 'When it ended was not seen, so how long it was down was not seen either.';
  return next.createdAt === undefined
    ? 'When the new run started was not seen, so how long it was down was not seen either.'
    : 'That the new container started was not seen, so how long it was down was not seen either.';
}

function sayAtLeast({ mayMissRestarts }: RestartFacts): string {
  return mayMissRestarts
    ? 'Nobody watched all of the time between the two runs: this is at least one restart, there may have been more.'
    : '';
}
