import { LIMITS } from '../../timeline/contract/limits.ts';
import type { ContainerStatus, PodRow } from '../../timeline/contract/pod-event.ts';
import type { TrimmedPod } from './pod.ts';

const MAX_COUNT = 2_147_483_647;

interface Progress {
  ready: number;
  restarts: number;
  reason: string;
}

/**
 * What `kubectl get pods` prints of the pod: the rules of `printPod` (kubernetes,
 * pkg/printers/internalversion/printers.go), as of 1.37.
 */
export function podRow({ metadata, spec, status, containers }: TrimmedPod): PodRow {
  const phase = status.phase ?? '';
  const declared = spec.containers ?? [];
  const total = declared.filter(({ kind }) => kind === 'app' || kind === 'sidecar').length;
  const progress: Progress = { ready: 0, restarts: 0, reason: status.reason ?? phase };
  if (status.conditions?.some((one) => one.type === 'PodScheduled' && one.reason === 'SchedulingGated')) {
    progress.reason = 'SchedulingGated';
  }

  const initial = containers.filter(({ kind }) => kind === 'init' || kind === 'sidecar');
  const declaredInitial = declared.filter(({ kind }) => kind === 'init' || kind === 'sidecar').length;
  const initializing = followInitContainers(initial, declaredInitial, progress);
  if (!initializing || hasCondition(status.conditions, 'Initialized')) {
    progress.restarts = sum(initial.filter(({ kind }) => kind === 'sidecar'));
    followAppContainers(
      containers.filter(({ kind }) => kind === 'app'),
      hasCondition(status.conditions, 'Ready'),
      progress,
    );
  }

  if (metadata.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') progress.reason = 'Unknown';
    else if (phase !== 'Succeeded' && phase !== 'Failed') progress.reason = 'Terminating';
  }
  return {
    phase,
    ready: `${progress.ready}/${total}`,
    status: progress.reason.slice(0, LIMITS.labelLength),
    restarts: Math.min(progress.restarts, MAX_COUNT),
  };
}

/** Goes through the init containers up to the first that is not done; gives whether there is one. */
function followInitContainers(
  initial: readonly ContainerStatus[],
  declared: number,
  progress: Progress,
): boolean {
  for (const [index, container] of initial.entries()) {
    progress.restarts += container.restartCount;
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (container.kind === 'sidecar' && container.started === true) {
      if (container.ready) progress.ready += 1;
      continue;
    }
    if (terminated !== undefined) progress.reason = `Init:${endOf(terminated)}`;
    else if (waiting?.reason !== undefined && waiting.reason !== 'PodInitializing') {
      progress.reason = `Init:${waiting.reason}`;
    } else progress.reason = `Init:${index}/${declared}`;
    return true;
  }
  return false;
}

function followAppContainers(
  apps: readonly ContainerStatus[],
  podIsReady: boolean,
  progress: Progress,
): void {
  let hasRunning = false;
  let errorReason: string | undefined;
  for (const { state, ready, restartCount } of apps.toReversed()) {
    progress.restarts += restartCount;
    if (state?.waiting?.reason !== undefined) progress.reason = state.waiting.reason;
    else if (state?.terminated !== undefined) {
      progress.reason = endOf(state.terminated);
      if (state.terminated.exitCode !== 0) errorReason = progress.reason;
    } else if (ready && state?.running !== undefined) {
      hasRunning = true;
      progress.ready += 1;
    }
  }
  if (progress.reason !== 'Completed') return;
  if (hasRunning && podIsReady) progress.reason = 'Running';
  else if (errorReason !== undefined) progress.reason = errorReason;
  else if (hasRunning) progress.reason = 'NotReady';
}

function endOf(terminated: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>): string {
  if (terminated.reason !== undefined) return terminated.reason;
  if (terminated.signal !== undefined && terminated.signal !== 0) return `Signal:${terminated.signal}`;
  return `ExitCode:${terminated.exitCode}`;
}

function hasCondition(conditions: TrimmedPod['status']['conditions'], type: string): boolean {
  return conditions?.find((condition) => condition.type === type)?.status === 'True';
}

function sum(containers: readonly ContainerStatus[]): number {
  return containers.reduce((total, { restartCount }) => total + restartCount, 0);
}
