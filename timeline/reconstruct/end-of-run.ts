import { ofKernel } from './judge-kernel.ts';
import { ofKubelet, ofRestartOfAll } from './judge-kubelet.ts';
import { ofReboot, ofRestartedRuntime } from './judge-node.ts';
import { ofRuntime } from './judge-runtime.ts';
import { ofRerun, ofSandbox } from './judge-sandbox.ts';
import type { Ending, EndingContext } from './run-end.ts';

/**
 * Decides why a run ended. What the node, the runtime, a sandbox's end, the kernel or the kubelet left a trace of is
 * decided first; only then, and only where the source that would have carried such a trace was watched, is someone
 * outside the kubelet held to have done it.
 */
export function judgeEnd(context: EndingContext): Ending {
  return (
    ofOverlap(context) ??
    ofRerun(context) ??
    ofReboot(context) ??
    ofRestartedRuntime(context) ??
    ofSandbox(context) ??
    ofKernel(context) ??
    ofRestartOfAll(context) ??
    ofKubelet(context) ??
    ofRuntime(context)
  );
}

/**
 * A kubelet whose call to the runtime timed out makes a second container beside the first (kubernetes#122585, #139670),
 * and whoever starts an old one by hand does too (#66186): nothing ended the earlier run then.
 */
function ofOverlap({ run, next }: EndingContext): Ending | undefined {
  if (!run.overlapped) return undefined;
  return {
    end: { kind: 'unknown', why: 'still-running' },
    evidence: [next.execution?.start, run.execution?.die, run.endRevision],
  };
}
