import type { Rollout } from '../contract/workload-timeline.ts';
import { IMAGES_TOLD, imageChanges } from './image-changes.ts';
import type { PodLife } from './pod-life.ts';
import type { Succession } from './succession.ts';

/**
 * When the pod template changed: with the first new pod of another revision. A pod that makes up for one of its own
 * revision changes nothing, even in the middle of a rollout.
 *
 * @param lives in the order of birth
 */
export function traceRollouts(
  lives: readonly PodLife[],
  successions: ReadonlyMap<PodLife, Succession>,
): Rollout[] {
  const madeUp = new Set(
    [...successions].flatMap(([life, succession]) =>
      'to' in succession && succession.to?.revision === life.revision ? [succession.to] : [],
    ),
  );
  const rollouts: Rollout[] = [];
  let current: PodLife | undefined;
  for (const life of lives) {
    if (life.revision === undefined || life.bornAt === undefined || madeUp.has(life)) continue;
    if (current?.revision !== undefined && current.revision !== life.revision) {
      rollouts.push({
        at: life.bornAt,
        from: current.revision,
        to: life.revision,
        images: imageChanges(current.images, life.images).slice(0, IMAGES_TOLD),
      });
    }
    current = life;
  }
  return rollouts;
}
