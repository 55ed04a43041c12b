import { shift } from '../time.ts';
import { killingReason, type KillingReason } from './killing-reason.ts';
import { probeOf } from './kubelet-traces.ts';
import { type Ending, type EndingContext, eventsOfEnd, type RunEnd } from './run-end.ts';
import { madeAt } from './run-trace.ts';

/** The kubelet restarted every container of the pod, as a rule asks (KEP-5532). */
export function ofRestartOfAll({ run, next, rules }: EndingContext): Ending | undefined {
  const from = run.startedAt ?? run.createdAt ?? run.finishedAt;
  const to = next.startedAt ?? next.createdAt;
  const revision = from === undefined || to === undefined ? undefined : rules.restartAllWithin(from, to);
  if (revision === undefined) return undefined;
  return { end: { kind: 'restart-rule', all: true }, evidence: [revision, ...eventsOfEnd(run.execution)] };
}

/** A probe can fail for hours before it fails often enough in a row; the last failures are what counts. */
const ENOUGH_FAILURES = 10;

/** In this order: what was asked for by name comes before what the kubelet found in passing. */
const ORDER: readonly KillingReason[] = ['liveness', 'startup', 'definition', 'resize', 'hook'];

/** The kubelet said that it kills the container, or left another trace of doing so. */
export function ofKubelet(context: EndingContext): Ending | undefined {
  const { run, kubelet } = context;
  const ended = eventsOfEnd(run.execution);
  for (const reason of ORDER) {
    const said = kubelet.killing.filter(({ message }) => killingReason(message) === reason);
    if (said.length === 0) continue;
    if (reason === 'liveness' || reason === 'startup') {
      const failures = kubelet.unhealthy
        .filter((event) => (probeOf(event) ?? reason) === reason)
        .slice(-ENOUGH_FAILURES);
      return {
        end: { kind: 'probe', probe: reason },
        evidence: [...failures, ...said, ...kubelet.preStop, ...ended],
      };
    }
    if (reason === 'definition') return ofDefinition(context, said);
    const end: RunEnd = reason === 'resize' ? { kind: 'resized' } : { kind: 'hook' };
    return { end, evidence: [...kubelet.hooks, ...said, ...ended] };
  }
  if (kubelet.hooks.length > 0 || run.hookFailed !== undefined) {
    return {
      end: { kind: 'hook' },
      evidence: [...kubelet.hooks, ...kubelet.killing, run.hookFailed, ...ended],
    };
  }
  if (kubelet.killing.length > 0) {
    const lost = kubelet.killing.some(({ message }) => killingReason(message) === 'unknown-state');
    const why = lost ? 'kubelet-lost-its-state' : 'kubelet-stopped-it';
    return { end: { kind: 'unknown', why }, evidence: [...kubelet.killing, ...kubelet.preStop, ...ended] };
  }
  return undefined;
}

/** A kubelet that has just started compares every container with its definition once. */
const FIRST_LOOK_MS = 5 * 60_000;

/**
 * A kubelet of another version reckons the hash of a definition in another way, and then restarts what has not changed
 * at all (kubernetes#53644, #63814, #84443, #129385). Of a pod that exists only images can be changed, so the same
 * image right after the kubelet's start tells that apart from a change of the definition.
 */
function ofDefinition({ run, next, node }: EndingContext, said: EndingContext['kubelet']['killing']): Ending {
  const evidence = [...said, ...eventsOfEnd(run.execution)];
  const ended = run.finishedAt ?? madeAt(next);
  const sameImage = run.image !== undefined && run.image === next.image;
  const started =
    sameImage && ended !== undefined
      ? node.kubeletStartWithin(shift(ended, -FIRST_LOOK_MS), ended)
      : undefined;
  return started === undefined
    ? { end: { kind: 'spec-changed' }, evidence }
    : { end: { kind: 'kubelet-restarted', how: 'reckoned-anew' }, evidence: [started, ...evidence] };
}
