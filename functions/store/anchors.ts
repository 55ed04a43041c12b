import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { ContainerStatus, PodEvent } from '../../timeline/contract/pod-event.ts';
import type { Run, Timeline } from '../../timeline/contract/timeline.ts';
import { compareTimes, earliest, shift } from '../../timeline/time.ts';

/** Runs of each container whose events are kept: what follows is explained by the last one, mostly. */
const RUNS_KEPT = 4;
const KUBERNETES_EVENTS_KEPT = 60;
const BEFORE_RUN_MS = 60_000;

/**
 * The events of a pod's past without which its future cannot be understood: how it was made, and all that is known of
 * the last runs of each container. Of what says the same again and again, once.
 *
 * @param events of the pod, oldest first
 * @param timeline made of them
 */
export function anchorsOf(
  events: readonly RecordedEvent[],
  { runs, sandboxes }: Timeline,
): readonly RecordedEvent[] {
  const kept = keptRuns(runs);
  const containers = new Set([
    ...kept.map(({ containerId }) => containerId),
    ...kept.flatMap(({ sandboxId }) => sandboxId ?? []),
    ...sandboxes.slice(-2).map(({ id }) => id),
  ]);
  const since = kept.reduce<string | undefined>(
    (first, run) => earliest(first, run.createdAt ?? run.startedAt ?? undefined),
    undefined,
  );
  const revisions = keptRevisions(events, containers);
  const kubernetes = new Set(
    events
      .filter(
        (event) =>
          event.source === 'event' &&
          (since === undefined || compareTimes(event.occurredAt, shift(since, -BEFORE_RUN_MS)) >= 0),
      )
      .slice(-KUBERNETES_EVENTS_KEPT),
  );
  return events.flatMap((event): readonly RecordedEvent[] => {
    switch (event.source) {
      case 'pod':
        return revisions.has(event) ? [withoutOldRuns(event, containers)] : [];
      case 'event':
        return kubernetes.has(event) ? [event] : [];
      case 'docker':
      case 'cri':
        return containers.has(event.containerId) ? [event] : [];
      // No account holds it, so it need not outlive the other events.
      case 'log':
      case 'agent':
        return [];
    }
  });
}

function keptRuns(runs: readonly Run[]): readonly Run[] {
  return [...Map.groupBy(runs, ({ container }) => container).values()].flatMap((all) =>
    all.slice(-RUNS_KEPT),
  );
}

function keptRevisions(
  events: readonly RecordedEvent[],
  containers: ReadonlySet<string>,
): ReadonlySet<PodEvent> {
  const revisions = events.filter((event) => event.source === 'pod');
  /** The last that says it. */
  const kept = new Map<string, PodEvent>();
  /** The first that says just this of a container. */
  const seen = new Map<string, PodEvent>();
  for (const revision of revisions) {
    for (const field of fieldsOf(revision)) kept.set(field, revision);
    for (const status of withoutOldRuns(revision, containers).containerStatuses ?? []) {
      const { state, lastState } = status;
      const shape = JSON.stringify([
        status.name,
        status.containerId,
        status.ready,
        status.restartCount,
        state,
        lastState,
      ]);
      if (!seen.has(shape)) seen.set(shape, revision);
      kept.set(`container ${status.name} ${status.containerId ?? ''}`, revision);
    }
  }
  return new Set([...revisions.slice(0, 2), ...kept.values(), ...seen.values(), ...revisions.slice(-2)]);
}

/** A revision that speaks of no other runs than those that are kept: half of a run's story would be told as another. */
function withoutOldRuns(revision: PodEvent, containers: ReadonlySet<string>): PodEvent {
  const { containerStatuses } = revision;
  if (containerStatuses === undefined) return revision;
  return {
    ...revision,
    containerStatuses: containerStatuses.flatMap(({ lastState, ...status }): ContainerStatus[] => {
      const isOld = (id: string | undefined) => id !== undefined && !containers.has(id);
      if (isOld(status.containerId) || isOld(status.state?.terminated?.containerId)) return [];
      return isOld(lastState?.terminated?.containerId) || lastState === undefined
        ? [status]
        : [{ ...status, lastState }];
    }),
  };
}

/** What a revision says of the pod: of each, the last word counts. */
function fieldsOf({ type, row, metadata, spec, status }: PodEvent): readonly string[] {
  return [
    type,
    ...(row === undefined ? [] : ['row']),
    ...Object.keys(metadata ?? {}).map((name) => `metadata ${name}`),
    ...Object.keys(spec ?? {}).map((name) => `spec ${name}`),
    ...Object.keys(status ?? {}).map((name) => `status ${name}`),
    ...(status?.conditions ?? []).map((condition) => `condition ${condition.type} ${condition.status}`),
  ];
}
