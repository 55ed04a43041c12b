/** All scenarios, in the chapters and the order of the page of findings. */
import type { Scenario } from '../stage/scenario.ts';
import { reference } from './reference.ts';
import { containerKill } from './container-kill.ts';
import { killSignal } from './kill-signal.ts';
import { containerStop } from './container-stop.ts';
import { containerStopIgnored } from './container-stop-ignored.ts';
import { containerRemove } from './container-remove.ts';
import { containerRemoveWithLogs } from './container-remove-with-logs.ts';
import { sandboxKill } from './sandbox-kill.ts';
import { sandboxStop } from './sandbox-stop.ts';
import { sandboxRemove } from './sandbox-remove.ts';
import { dockerRestart } from './docker-restart.ts';
import { dockerPause } from './docker-pause.ts';
import { exit0 } from './exit-0.ts';
import { exit1 } from './exit-1.ts';
import { crashLoop } from './crash-loop.ts';
import { exit137 } from './exit-137.ts';
import { processKilled } from './process-killed.ts';
import { oomKill } from './oom-kill.ts';
import { livenessProbe } from './liveness-probe.ts';
import { livenessProbeIgnored } from './liveness-probe-ignored.ts';
import { startupProbe } from './startup-probe.ts';
import { postStartHook } from './post-start-hook.ts';
import { initRetries } from './init-retries.ts';
import { sidecar } from './sidecar.ts';
import { ephemeralContainer } from './ephemeral-container.ts';
import { imageChange } from './image-change.ts';
import { resizeInPlace } from './resize-in-place.ts';
import { restartRule } from './restart-rule.ts';
import { restartAllContainers } from './restart-all-containers.ts';
import { staticPod } from './static-pod.ts';
import { deleteIgnored } from './delete-ignored.ts';
import { deploymentPodDeleted } from './deployment-pod-deleted.ts';
import { deploymentPodEvicted } from './deployment-pod-evicted.ts';
import { deploymentRollout } from './deployment-rollout.ts';
import { deploymentScaled } from './deployment-scaled.ts';
import { statefulsetPodDeleted } from './statefulset-pod-deleted.ts';
import { jobRetries } from './job-retries.ts';
import { jobOnFailure } from './job-on-failure.ts';
import { preemption } from './preemption.ts';
import { nodeDrain } from './node-drain.ts';
import { kubeletRestart } from './kubelet-restart.ts';
import { kubeletAway } from './kubelet-away.ts';
import { apiServerRestart } from './api-server-restart.ts';
import { dockerdRestart } from './dockerd-restart.ts';
import { dockerdCrash } from './dockerd-crash.ts';
import { dockerdLiveRestore } from './dockerd-live-restore.ts';
import { agentGap } from './agent-gap.ts';

export interface Chapter {
  readonly title: string;
  readonly text: string;
  readonly scenarios: readonly Scenario[];
}

export const chapters: readonly Chapter[] = [
  {
    title: 'The reference',
    text: 'The scenario with which podlapse began, on a cluster of 2020 then, on this one now.',
    scenarios: [reference],
  },
  {
    title: 'A container is ended through Docker',
    text: "Someone on the node, or a program with Docker's socket, does something to a container behind the kubelet's back.",
    scenarios: [
      containerKill,
      killSignal,
      containerStop,
      containerStopIgnored,
      containerRemove,
      containerRemoveWithLogs,
      dockerRestart,
      dockerPause,
    ],
  },
  {
    title: 'The sandbox is ended through Docker',
    text: "The pause container holds the pod's namespaces. Without it the kubelet ends every container of the pod and makes all of them anew.",
    scenarios: [sandboxKill, sandboxStop, sandboxRemove],
  },
  {
    title: 'The process ends',
    text: 'Nobody asked for it: the process ended, or the node ended it.',
    scenarios: [exit0, exit1, crashLoop, exit137, processKilled, oomKill],
  },
  {
    title: 'The kubelet ends a container',
    text: 'Probes, hooks and changes to the pod.',
    scenarios: [livenessProbe, livenessProbeIgnored, startupProbe, postStartHook, imageChange, resizeInPlace],
  },
  {
    title: 'Kinds of containers and rules for restarts',
    text: "Init containers, sidecars, ephemeral containers, and rules of a container's own.",
    scenarios: [initRetries, sidecar, ephemeralContainer, restartRule, restartAllContainers, staticPod],
  },
  {
    title: 'A program of the node or of the cluster is restarted',
    text: 'Which of them take containers with them, and which do not.',
    scenarios: [
      kubeletRestart,
      kubeletAway,
      apiServerRestart,
      dockerdRestart,
      dockerdCrash,
      dockerdLiveRestore,
      agentGap,
    ],
  },
  {
    title: 'A pod is replaced by another',
    text: 'Another pod has another UID and begins at RESTARTS 0: for Kubernetes nothing was restarted, whatever its users saw.',
    scenarios: [
      deleteIgnored,
      deploymentPodDeleted,
      deploymentPodEvicted,
      deploymentRollout,
      deploymentScaled,
      statefulsetPodDeleted,
      jobRetries,
      jobOnFailure,
      preemption,
      nodeDrain,
    ],
  },
];

export const scenarios: readonly Scenario[] = chapters.flatMap((chapter) => chapter.scenarios);
