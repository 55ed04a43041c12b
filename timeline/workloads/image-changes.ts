import type { ContainerImage, Rollout } from '../contract/workload-timeline.ts';

/** An image name has a thousand characters at most, a pod 256 containers, and an answer many pods. */
export const IMAGES_TOLD = 20;

/** The containers whose images differ; null on the side that has no such container. */
export function imageChanges(
  before: readonly ContainerImage[],
  after: readonly ContainerImage[],
): Rollout['images'] {
  const [from, to] = [byContainer(before), byContainer(after)];
  return [...new Set([...from.keys(), ...to.keys()])]
    .map((container) => ({ container, from: from.get(container) ?? null, to: to.get(container) ?? null }))
    .filter((change) => change.from !== change.to);
}

function byContainer(images: readonly ContainerImage[]): ReadonlyMap<string, string> {
  return new Map(images.map(({ container, image }) => [container, image]));
}

/** Of a pod with many containers a sentence names the first; the pods have all. */
const NAMED = 4;

export function sayImageChanges(before: readonly ContainerImage[], after: readonly ContainerImage[]): string {
  const changes = imageChanges(before, after);
  if (changes.length === 0)
    return 'with the same images: something else of the pod template changed, as by kubectl rollout restart';
  const named = changes.slice(0, NAMED).map(({ container, from, to }) => {
    if (from === null) return `container ${container} came with ${to}`;
    return to === null ? `container ${container} went with ${from}` : `${container}: ${from} to ${to}`;
  });
  const more = changes.length - NAMED;
  return `${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
