import { shift } from '../time.ts';
import { doubtOfSilence } from './doubt-of-silence.ts';
import { endedBeforeSandbox } from './run-alone.ts';
import { type Ending, type EndingContext, eventsOfEnd } from './run-end.ts';
import { madeAt } from './run-trace.ts';
import type { SandboxEnd, SandboxTrace } from './sandboxes.ts';

/** A kubelet that has just started looks over every pod once. */
const FIRST_LOOK_MS = 2 * 60_000;

/** The run ended with its sandbox: the next one is in another. */
export function ofSandbox(context: EndingContext): Ending | undefined {
  const { run, kubelet, sandboxes, node } = context;
  const moved = movedSandbox(context);
  if (!moved && !heardOfChange(context)) return undefined;
  if (endedBeforeSandbox(context)) return undefined;
  const sandbox = run.sandboxId === undefined ? undefined : sandboxes.get(run.sandboxId);
  const cause = (moved ? endOf(sandbox, context) : undefined) ?? 'sandbox-changed';
  const ended = run.finishedAt ?? madeAt(context.next);
  // Only where the kubelet itself gave the sandbox up can its own restart be why.
  const started =
    moved && cause === 'sandbox-changed' && kubelet.killing.length > 0 && ended !== undefined
      ? node.kubeletStartWithin(shift(ended, -FIRST_LOOK_MS), ended)
      : undefined;
  const evidence = [
    started,
    ...(moved ? eventsOfEnd(sandbox?.trace.executions.at(-1), sandbox?.trace.destroy) : []),
    ...kubelet.killing,
    ...kubelet.sandboxChanged,
    ...eventsOfEnd(run.execution, run.trace?.destroy),
  ];
  return started === undefined
    ? { end: { kind: 'sandbox', cause, sandbox, rerun: false }, evidence }
    : { end: { kind: 'kubelet-restarted', how: 'new-sandbox' }, evidence };
}

/**
 * Through CRI a sandbox is stopped as the kubelet stops one, the containers before it. The kubelet says of each
 * container that it kills it: silent where it would have been heard, it was someone else.
 */
function endOf(sandbox: SandboxTrace | undefined, context: EndingContext): SandboxEnd | undefined {
  const { next, kubelet, coverage } = context;
  if (sandbox?.end !== 'sandbox-changed' || sandbox.trace.source !== 'cri') return sandbox?.end;
  const [ended, began] = [sandbox.finishedAt, madeAt(next)];
  if (ended === undefined || began === undefined || kubelet.killing.length > 0) return sandbox.end;
  if (!coverage.covers('cri', ended, began) || doubtOfSilence(context, ended, began) !== undefined)
    return sandbox.end;
  return 'sandbox-stopped';
}

/**
 * An init container that was done runs again when the pod gets a new sandbox, or when its remains were removed from
 * the runtime (kubernetes#62362, #86531, #90271). Nothing ended it then, and it was not down in between.
 */
export function ofRerun(context: EndingContext): Ending | undefined {
  const { run, next, kubelet, sandboxes, sandboxFate, node } = context;
  if (run.kind !== 'init' || run.exitCode !== 0) return undefined;
  const moved = movedSandbox(context);
  const sandbox = run.sandboxId === undefined ? undefined : sandboxes.get(run.sandboxId);
  const evidence = [
    ...eventsOfEnd(run.execution, run.trace?.destroy),
    run.endRevision,
    ...(moved ? eventsOfEnd(sandbox?.trace.executions.at(-1), sandbox?.trace.destroy) : []),
    ...kubelet.sandboxChanged,
  ];
  const [since, began] = [run.finishedAt ?? run.startedAt, madeAt(next)];
  if (moved || heardOfChange(context)) {
    const reboot = since === undefined || began === undefined ? undefined : node.rebootBetween(since, began);
    if (reboot !== undefined && (sandboxFate === undefined || sandboxFate === 'node-rebooted')) {
      return {
        end: { kind: 'node-rebooted', bootId: reboot.bootId, rerun: true },
        evidence: [...reboot.evidence, ...evidence],
      };
    }
    if (sandboxFate === 'runtime-restarted')
      return { end: { kind: 'runtime-restarted', rerun: true }, evidence };
    const cause = (moved ? endOf(sandbox, context) : undefined) ?? 'sandbox-changed';
    return { end: { kind: 'sandbox', cause, sandbox, rerun: true }, evidence };
  }
  return { end: { kind: 'unknown', why: 'init-ran-again' }, evidence };
}

export function movedSandbox({ run, next }: EndingContext): boolean {
  return run.sandboxId !== undefined && next.sandboxId !== undefined && run.sandboxId !== next.sandboxId;
}

/** The kubelet said that it changes the sandbox, and the runtime did not say otherwise. */
function heardOfChange({ run, next, kubelet }: EndingContext): boolean {
  return (run.sandboxId === undefined || next.sandboxId === undefined) && kubelet.sandboxChanged.length > 0;
}
