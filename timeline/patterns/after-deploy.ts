import type { Pattern } from '../contract/pattern.ts';
import type { Timestamp } from '../contract/primitives.ts';
import type { Timeline } from '../contract/timeline.ts';
import { hedge } from '../hedge.ts';
import { formatDuration, millisBetween } from '../time.ts';
import { beginningOf, type ContainerHistory, type Step } from './container-history.ts';
import { AFTER_DEPLOY } from './rules.ts';
import { sayCauses } from './wording.ts';

/** A deploy of one container, and the restarts after it until the next. */
interface Deploy {
  readonly at: Timestamp;
  readonly steps: Step[];
}

/** Restarts of one container that follow its deploys; the rule is `AFTER_DEPLOY`. */
export function findRestartsAfterDeploy({ gaps, pod }: Timeline, history: ContainerHistory): Pattern[] {
  const deploys = deploysOf(pod.createdAt, history);
  const early = deploys.map(({ at, steps }) => steps.filter((step) => isSoon(at, step)));
  const later = deploys.reduce((sum, { steps }) => sum + steps.length, 0) - early.flat().length;
  const [from, last] = [deploys[0]?.at, early.at(-1)?.at(-1)?.restart.at ?? undefined];
  if (
    deploys.length < AFTER_DEPLOY.minDeploys ||
    early.some((steps) => steps.length === 0) ||
    later >= early.flat().length ||
    from === undefined ||
    last === undefined
  ) {
    return [];
  }
  const restarts = early.flat();
  return [
    {
      kind: 'restart-after-deploy',
      container: history.container,
      from,
      to: last,
      count: deploys.length,
      explanation: `The container restarted within ${formatDuration(AFTER_DEPLOY.withinMs)} of each of its ${hedge(gaps, from, last)}${deploys.length} deploys (${sayCauses(restarts.map(({ restart }) => restart))}), and ${later === 0 ? 'at no other time' : `only ${later} times apart from that`}: it may need something at its start that is not there yet.`,
      restarts: restarts.map(({ index }) => index),
    },
  ];
}

/**
 * The birth of the pod, where it was seen, and each change of the container's definition that the kubelet told of (images
 * alone prove none: the sources spell them differently). Restarts before the first of them belong to none.
 */
function deploysOf(createdAt: Timestamp | null, { runs, steps }: ContainerHistory): Deploy[] {
  const born = beginningOf(runs[0]);
  const deploys: Deploy[] = [];
  if (createdAt !== null && born !== undefined) deploys.push({ at: born, steps: [] });
  for (const step of steps) {
    const { at } = step.restart;
    if (at === null) continue;
    if (AFTER_DEPLOY.causes.has(step.restart.cause)) deploys.push({ at, steps: [] });
    else deploys.at(-1)?.steps.push(step);
  }
  return deploys;
}

function isSoon(deployedAt: Timestamp, { restart }: Step): boolean {
  if (restart.at === null) return false;
  const ms = millisBetween(deployedAt, restart.at);
  return ms >= 0 && ms <= AFTER_DEPLOY.withinMs;
}
