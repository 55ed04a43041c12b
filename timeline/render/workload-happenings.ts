import type { Timestamp } from '../contract/primitives.ts';
import type {
  Replacement,
  Rollout,
  WorkloadRestart,
  WorkloadTimeline,
} from '../contract/workload-timeline.ts';
import { compareTimes } from '../time.ts';

/** One thing that happened to a workload. */
export interface Happening {
  readonly at: Timestamp | null;
  readonly what:
    | { readonly kind: 'restart'; readonly restart: WorkloadRestart }
    | { readonly kind: 'replacement'; readonly replacement: Replacement }
    | { readonly kind: 'rollout'; readonly rollout: Rollout };
  readonly explanation: string;
}

/** Everything that happened to a workload in the order of time; first what has none. */
export function happeningsOf({ restarts, replacements, rollouts }: WorkloadTimeline): Happening[] {
  const all: Happening[] = [
    ...rollouts.map(
      (rollout): Happening => ({
        at: rollout.at,
        what: { kind: 'rollout', rollout },
        explanation: sayTemplateChange(rollout),
      }),
    ),
    ...restarts.map(
      (restart): Happening => ({
        at: restart.at,
        what: { kind: 'restart', restart },
        explanation: restart.explanation,
      }),
    ),
    ...replacements.map(
      (replacement): Happening => ({
        at: replacement.at,
        what: { kind: 'replacement', replacement },
        explanation: replacement.explanation,
      }),
    ),
  ];
  return all.sort((a, b) =>
    a.at === null || b.at === null ? Number(a.at !== null) - Number(b.at !== null) : compareTimes(a.at, b.at),
  );
}

function sayTemplateChange({ images }: Rollout): string {
  if (images.length === 0) return 'From now on new pods are of another template, with the same images.';
  const changes = images.map(
    ({ container, from, to }) => `${container}: ${from ?? 'none'} to ${to ?? 'none'}`,
  );
  return `From now on new pods have other images: ${changes.join(', ')}.`;
}
