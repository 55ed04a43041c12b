import type { RestartRecord } from '../contract/report.ts';
import type { Restart, Run, Timeline } from '../contract/timeline.ts';
import { latest, shift } from '../time.ts';

/**
 * The restarts of a pod as the index across clusters has them, in the order of the timeline.
 *
 * @param heardAt a moment at which the pod was heard of, for restarts of which no moment at all was seen
 */
export function restartRecords({ pod, restarts, runs }: Timeline, heardAt: string): readonly RestartRecord[] {
  if (restarts.length === 0) return [];
  const runsById = Map.groupBy(runs, (run) => run.containerId);
  const records = restarts.map((restart) => {
    const [old, next] = [runsById.get(restart.from), runsById.get(restart.to)];
    return {
      at: restart.at ?? nearestMoment(restart, runsById) ?? pod.createdAt ?? heardAt,
      atSeen: restart.at !== null,
      cluster: pod.cluster,
      namespace: pod.namespace,
      workload: pod.workload,
      pod: { name: pod.name, uid: pod.uid },
      node: pod.node,
      container: restart.container,
      image: imageOf(old) ?? imageOf(next),
      cause: restart.cause,
      counted: restart.counted,
      downtimeMs: restart.downtimeMs,
      backoffMs: restart.backoffMs,
      from: restart.from,
      to: restart.to,
    };
  });
  return tellApart(records);
}

/**
 * A container ID that was started several times can be what several restarts led to. Of those of which no moment was
 * seen, two may be given the same one: the later is moved on, so that time and container tell any two restarts apart.
 */
function tellApart(records: readonly RestartRecord[]): readonly RestartRecord[] {
  const identity = ({ at, container, to }: RestartRecord) => JSON.stringify([at, container, to]);
  const taken = new Set(records.filter(({ atSeen }) => atSeen).map(identity));
  return records.map((record) => {
    if (record.atSeen) return record;
    let moved = record;
    while (taken.has(identity(moved))) moved = { ...moved, at: shift(moved.at, 1) };
    taken.add(identity(moved));
    return moved;
  });
}

/** The new run was there when it was ready or when it ended, and not before the old one had ended. */
function nearestMoment(
  { from, to }: Restart,
  runsById: ReadonlyMap<string, readonly Run[]>,
): string | undefined {
  const next = runsById.get(to)?.[0];
  const old = runsById.get(from)?.at(-1);
  return (
    next?.readyAt ?? next?.finishedAt ?? latest(old?.finishedAt ?? undefined, old?.startedAt ?? undefined)
  );
}

function imageOf(runs: readonly Run[] | undefined): string | null {
  return runs?.find(({ image }) => image !== null)?.image ?? null;
}
