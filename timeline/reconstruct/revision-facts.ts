import type { PodEvent, PodMetadata, PodRow } from '../contract/pod-event.ts';
import type { ContainerKind } from '../contract/primitives.ts';
import type { Phase } from '../contract/timeline.ts';
import { PhaseReader } from './phases.ts';
import { RestartRules } from './restart-rules.ts';
import { type Sighting, StatusReader, type SyntheticEnd } from './status-sightings.ts';

/** What the revisions of a pod say. */
export interface RevisionFacts {
  /** The newest. */
  readonly metadata: PodMetadata | undefined;
  /** The newest. */
  readonly row: PodRow | undefined;
  readonly phases: Phase[];
  readonly kinds: ReadonlyMap<string, ContainerKind>;
  readonly rules: RestartRules;
  readonly synthetic: readonly SyntheticEnd[];
}

/**
 * Reads the revisions once: a long history does not stay in the processor's caches, so that every further walk through
 * it would cost as much as the first.
 *
 * @param revisions in the order of their resourceVersions
 * @param tell is told what each says of each container
 */
export function readRevisions(
  revisions: readonly PodEvent[],
  tell: (sighting: Sighting) => void,
): RevisionFacts {
  const phases = new PhaseReader();
  const rules = new RestartRules();
  const statuses = new StatusReader(tell);
  const kinds = new Map<string, ContainerKind>();
  let metadata: PodMetadata | undefined;
  let row: PodRow | undefined;
  const learnKind = (name: string, kind: ContainerKind) => {
    if (kinds.get(name) !== kind) kinds.set(name, kind);
  };
  for (const revision of revisions) {
    metadata = revision.metadata ?? metadata;
    row = revision.row ?? row;
    phases.see(revision);
    rules.see(revision);
    for (const { name, kind } of revision.spec?.containers ?? []) learnKind(name, kind);
    for (const status of revision.containerStatuses ?? []) {
      learnKind(status.name, status.kind);
      statuses.see(status, revision);
    }
  }
  return { metadata, row, phases: phases.phases, kinds, rules, synthetic: statuses.synthetic };
}
