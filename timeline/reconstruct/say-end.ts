import { SIGKILL, signalName } from '../signals.ts';
import { formatDuration, millisBetween } from '../time.ts';
import { exitInWords, outcomeOfStop } from './exit-words.ts';
import type { RestartFacts } from './restart-facts.ts';
import type { OomVictim, RunEnd } from './run-end.ts';
import type { RunTrace } from './run-trace.ts';
import { quietRuntimeOf, sayQuietEnd, sayQuietFate } from './say-quiet.ts';
import { sayUnknown } from './say-unknown.ts';
import type { SandboxTrace } from './sandboxes.ts';

/** What ended the old run, and who did it. */
export function sayEnd(facts: RestartFacts): string {
  const { run, next, end, standalone } = facts;
  const unasked = standalone ? '' : ' without the kubelet asking for it';
  const runtime = `the container runtime (${quietRuntimeOf(run) ?? 'Docker'})`;
  const quiet = sayQuietEnd(end, run);
  if (quiet !== undefined) return end.kind === 'exited' ? `${quiet}${sayEarlierOom(run)}` : quiet;
  switch (end.kind) {
    case 'sandbox':
      return saySandbox(end);
    case 'oom':
      return sayOom(end.victim, run);
    case 'probe':
      return `The kubelet killed the container because its ${end.probe} probe failed${outcomeOfStop(run, '; ')}.${sayPreStop(facts)}`;
    case 'hook':
      return `The kubelet killed the container because its postStart hook failed${outcomeOfStop(run, '; ')}.`;
    case 'spec-changed':
      return `The kubelet replaced the container because its definition changed${sayImages(run, next)}.`;
    case 'resized':
      return 'The kubelet restarted the container to resize its resources in place.';
    case 'restart-rule':
      return end.all
        ? 'The kubelet ended and removed every container of the pod to restart them all, as a restart rule asks for (RestartAllContainers).'
        : `${sayExit(run)} A restart rule of the container asks for a restart after this exit code.`;
    case 'runtime-restarted':
      return end.rerun
        ? `The init container was done. It ran again because ${runtime} restarted and the pod got a new sandbox.`
        : `The container went down because ${runtime} restarted.`;
    case 'kubelet-restarted':
      return sayKubelet(end.how);
    case 'node-rebooted': {
      const boot = end.bootId === undefined ? '' : ` (boot id ${end.bootId})`;
      return end.rerun
        ? `The init container was done. It ran again because the node was rebooted${boot} and the pod got a new sandbox.`
        : `The node was rebooted${boot}, which ended every container on it${sayLoss(run)}.`;
    }
    case 'removed':
      return `The container was force-removed through Docker (kill, then destroy)${unasked}.`;
    case 'stopped':
      if (end.restarted) return `The container was restarted through Docker (docker restart)${unasked}.`;
      return `The container was stopped through Docker (${sayStop(run)})${end.removed ? ' and then removed' : ''}${unasked}.`;
    case 'killed':
      return `The container was killed through Docker (${signalName(end.signal ?? SIGKILL)}${sayCode(run)})${unasked}.`;
    case 'exited':
      return `${sayExit(run)}${sayEarlierOom(run)}`;
    case 'never-started': {
      const exit = exitInWords(run);
      return `The runtime could not start the container's process${exit === undefined ? '' : `: ${exit}`}.`;
    }
    case 'unknown':
      return sayUnknown(end.why, facts);
  }
}

function sayStop(run: RunTrace): string {
  const outlived = run.execution?.kills.some(({ signal }) => signal === SIGKILL) ?? false;
  return `SIGTERM${outlived ? ', then SIGKILL when the grace period ran out' : ''}${sayCode(run)}`;
}

function sayCode(run: RunTrace): string {
  return run.exitCode === undefined ? '' : `, exit code ${run.exitCode}`;
}

function saySandbox({ cause, sandbox, rerun }: Extract<RunEnd, { kind: 'sandbox' }>): string {
  const which = sandbox === undefined ? '' : ` (pause container ${sandbox.id.slice(0, 12)})`;
  const fate = sayFate(cause, sandbox);
  if (rerun) {
    return `The init container was done. It ran again because the pod's sandbox${which} was ${fate ?? 'replaced'} and the kubelet made a new one.`;
  }
  if (fate !== undefined)
    return `The pod's sandbox${which} was ${fate}, so the kubelet ended the container, made a new sandbox and started the container anew in it.`;
  const unseen =
    sandbox?.trace.executions.at(-1)?.die === undefined
      ? ' What ended the old sandbox was not seen.'
      : ' The kubelet gave the old sandbox up of its own accord; it did not say why.';
  return `The pod's sandbox${which} was replaced: the kubelet ended the container and started it anew in a new sandbox.${unseen}`;
}

/** What someone outside the kubelet did to the sandbox; undefined if nobody did. */
function sayFate(cause: string, sandbox: SandboxTrace | undefined): string | undefined {
  if (sandbox?.trace.source === 'cri') return sayQuietFate(cause);
  switch (cause) {
    case 'sandbox-removed':
      return 'force-removed through Docker (kill, then destroy)';
    case 'sandbox-stopped':
      return `stopped through Docker${sandbox?.trace.destroy === undefined ? '' : ' and later removed'}`;
    case 'sandbox-killed':
      return 'killed through Docker';
    default:
      return undefined;
  }
}

function sayOom(victim: OomVictim, run: RunTrace): string {
  switch (victim) {
    case 'container':
      return 'The kernel killed the container because it ran out of memory (OOM, exit code 137).';
    case 'process-of-container':
      return `The kernel killed a process of the container because the container ran out of memory (OOM), and the container ended with ${exitInWords(run) ?? 'it'}.`;
    case 'by-node':
      return 'The kernel killed the container because the node, not the container, ran out of memory (the node told of a System OOM at that moment; SIGKILL, exit code 137).';
    case 'by-cgroup':
      return 'The kernel killed the container because a memory cgroup around it ran out of memory (the node told of an OOM kill at that moment; SIGKILL, exit code 137).';
  }
}

/** Docker tells of each process that the kernel kills for memory; not every one ends the container. */
function sayEarlierOom({ execution, finishedAt }: RunTrace): string {
  const last = execution?.ooms.at(-1)?.occurredAt;
  if (last === undefined || finishedAt === undefined) return '';
  const agoMs = Math.max(0, millisBetween(last, finishedAt));
  return ` The kernel had killed another process of the container for memory ${formatDuration(agoMs)} before.`;
}

function sayKubelet(how: 'reckoned-anew' | 'new-sandbox'): string {
  return how === 'reckoned-anew'
    ? 'The kubelet was restarted and took the container for changed, although its image is the same (kubelets of different versions reckon a definition differently), so it ended the container and made it anew.'
    : 'The kubelet was restarted, gave the pod’s sandbox up, and started the container anew in a new one.';
}

function sayLoss(run: RunTrace): string {
  const exit = exitInWords(run);
  return exit === undefined ? '' : ` (the runtime shows ${exit})`;
}

export function sayExit(run: RunTrace): string {
  const exit = exitInWords(run);
  return exit === undefined
    ? 'The process ended by itself; its exit code was not seen.'
    : `The process ended by itself with ${exit}.`;
}

function sayPreStop({ kubelet }: RestartFacts): string {
  if (kubelet.preStop.length === 0) return '';
  const unfinished = kubelet.preStop.some(({ reason }) => reason === 'UnfinishedPreStopHook');
  return unfinished
    ? ' Its preStop hook had not finished when the grace period ran out.'
    : ' Its preStop hook failed before.';
}

function sayImages(run: RunTrace, next: RunTrace): string {
  if (run.image === undefined || next.image === undefined || run.image === next.image) return '';
  return ` (image ${shortImage(run.image)} to ${shortImage(next.image)})`;
}

/** Docker names an image by its ID where a tag has since moved on. */
function shortImage(image: string): string {
  return image.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]{52}$/, '$1');
}
