import type { PodEvent, SpecContainer } from '../contract/pod-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import { compareTimes, wholeSecond } from '../time.ts';

/** The rules of a pod under which containers restart that otherwise would not, or together with others. */
export interface RestartRules {
  /** The revision whose rule asks for a restart after this exit (KEP-5307), if one does. */
  ruleFor(container: string, exitCode: number): PodEvent | undefined;
  /**
   * The revision that says that all containers were being restarted at a moment of this stretch (KEP-5532): the
   * kubelet ends and removes them, keeps the sandbox, and numbers the new ones from 0.
   */
  restartAllWithin(from: Timestamp, to: Timestamp): PodEvent | undefined;
}

/** @param revisions in the order of their resourceVersions */
export function readRestartRules(revisions: readonly PodEvent[]): RestartRules {
  const spec = revisions.findLast((revision) => revision.spec?.containers !== undefined);
  const containers = new Map(spec?.spec?.containers?.map((container) => [container.name, container]));
  const restartAlls = revisions.flatMap((revision) => {
    const since = revision.status?.conditions?.find(
      ({ type, status }) => type === 'AllContainersRestarting' && status === 'True',
    )?.lastTransitionTime;
    return since === undefined ? [] : [{ since, revision }];
  });
  return {
    ruleFor: (container, exitCode) => {
      const rules = containers.get(container)?.restartRules ?? [];
      const first = rules.find((rule) => matches(rule, exitCode));
      return first === undefined ? undefined : spec;
    },
    restartAllWithin: (from, to) => {
      const since = wholeSecond(from);
      return restartAlls.find(
        (one) => compareTimes(one.since, since) >= 0 && compareTimes(one.since, to) <= 0,
      )?.revision;
    },
  };
}

function matches(
  { operator, values = [] }: NonNullable<SpecContainer['restartRules']>[number],
  exitCode: number,
): boolean {
  if (operator === 'In') return values.includes(exitCode);
  if (operator === 'NotIn') return !values.includes(exitCode);
  return false;
}
