import type { RestartFacts } from './restart-facts.ts';
import type { RunTrace } from './run-trace.ts';
import { quietRuntimeOf } from './say-quiet.ts';

/** Whether Kubernetes counted the restart, and why not. */
export function sayCount({ run, next, counting, standalone }: RestartFacts): string {
  if (standalone) return '';
  const { counted, known, before, after, among, unseen = 0 } = counting;
  if (among !== undefined) {
    return `Of ${among.restarts} restarts in a row Kubernetes counted ${among.counted}; whether this one was among them was not seen.`;
  }
  if (!known) return 'Whether Kubernetes counted this restart was not seen.';
  if (counted) {
    const more =
      unseen === 0
        ? ''
        : `, so at least ${unseen} more ${unseen === 1 ? 'restart' : 'restarts'} came in between that nobody saw`;
    return `Kubernetes counted it: its restart count went from ${before} to ${after}${more}.`;
  }
  if (after !== before)
    return `Kubernetes did not count it: its restart count fell from ${before} to ${after}${sayWhyFallen(run)}.`;
  return `Kubernetes did not count it: its restart count stayed at ${after}${sayWhyUncounted(run, next)}.`;
}

function asIfNever(run: RunTrace): string {
  return `, because the old container was gone from ${quietRuntimeOf(run) ?? 'Docker'} and the kubelet numbered the new one as if it had never been`;
}

/** The kubelet numbers a new container from what the runtime still lists (kuberuntime `SyncPod`), or from log files. */
function sayWhyUncounted(run: RunTrace, next: RunTrace): string {
  if (next.containerId === run.containerId)
    return ', because the container kept its ID and the kubelet counts new containers only';
  return run.trace?.destroy === undefined ? '' : asIfNever(run);
}

function sayWhyFallen(run: RunTrace): string {
  return run.trace?.destroy === undefined
    ? ', because the kubelet reckons it anew from what the runtime still lists'
    : asIfNever(run);
}
