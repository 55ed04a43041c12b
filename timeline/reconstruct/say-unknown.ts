import { exitInWords } from './exit-words.ts';
import type { RestartFacts } from './restart-facts.ts';
import { quietRuntimeOf, saySender, saySignal } from './say-quiet.ts';
import type { UnknownReason } from './run-end.ts';
import { sentBy } from './sent-signals.ts';

/** What is known of an end whose cause is not, and what would have told. */
export function sayUnknown(why: UnknownReason, { run, kubelet }: RestartFacts): string {
  const exit = exitInWords(run);
  const outcome = exit === undefined ? '' : ` with ${exit}`;
  const isQuiet = quietRuntimeOf(run) !== undefined;
  const stopped = `The container ${isQuiet ? 'ended' : 'was stopped through Docker'}${outcome}.`;
  const wasAsked = !isQuiet || sentBy(run.execution)?.kind === 'runtime';
  const orItself = wasAsked ? '' : ', or it ended by itself,';
  switch (why) {
    case 'end-not-seen':
      return 'How the earlier run ended was not seen, only that another took its place.';
    case 'end-not-placed':
      return `The earlier run ended${outcome}. By the node's own clock the next run began before it: the clock was set back between them, so when it ended cannot be told.`;
    case 'still-running':
      return 'The earlier run had not ended when this one started: for a while two of the container ran at once, which a kubelet brings about whose call to the runtime timed out, and so does someone who starts an old container by hand.';
    case 'made-up-end':
      return 'The container was gone when the kubelet looked. The exit code 137 in its status is made up by the kubelet (ContainerStatusUnknown); how the container ended was not seen.';
    case 'runtime-not-watched':
      return `The container ended${outcome}. The container runtime was not watched then, so whether the process ended by itself or was stopped from outside cannot be told.${sayHint(run.exitCode, kubelet.sandboxChanged.length > 0)}`;
    case 'events-not-watched':
      return `${stopped} Kubernetes Events were not watched then, so whether the kubelet or someone else asked for it${orItself} cannot be told.`;
    case 'events-dropped':
      return `${stopped} The kubelet had used up the Events that it may send about one pod, so that it did not say that it asked for this proves nothing.`;
    case 'probe-was-failing':
      return `${stopped} A probe had been failing right before, so the kubelet may have asked for it, but it was not heard to say so.`;
    case 'kubelet-was-restarting':
      return `${stopped} The kubelet was being restarted then, and what it had not yet said is lost, so whether it or someone else asked for it${orItself} cannot be told.`;
    case 'kubelet-stopped-it':
      return `The kubelet stopped the container${outcome}; it did not say why.`;
    case 'kubelet-lost-its-state':
      return `The kubelet could not learn from the runtime whether the container still ran, so it killed and replaced it. What had befallen the container${outcome === '' ? '' : `, which ended${outcome},`} was not seen.`;
    case 'sigkill-from-nowhere':
      return 'The process got SIGKILL (exit code 137), neither through Docker nor from the kubelet, and no OOM kill was told: a process on the node, or the kernel, did it, or the process chose that exit code itself.';
    case 'signal-from-nowhere':
      return saySignal(run);
    case 'signal-from-kernel':
      return `The kernel itself ended the process${outcome}, and no OOM kill was told: it does so for want of memory on the node, and when the first process of a shared PID namespace ends.`;
    case 'signal-from-program':
      return saySender(run);
    case 'init-ran-again':
      return 'The init container was done. Why the kubelet ran it again was not told; it does so when the pod’s sandbox is replaced, and when the finished container is removed from the runtime.';
  }
}

/** Which readings an exit code leaves open that a person may think settled by it. */
function sayHint(exitCode: number | undefined, sandboxChanged: boolean): string {
  if (exitCode === 137)
    return ' 137 is left by an OOM kill, by a grace period that ran out and by a kill from outside alike.';
  if (sandboxChanged) return " Only later did the kubelet replace the pod's sandbox.";
  return '';
}
