/** Puts together what a scenario knows: its own deeds and reasons, and what kubectl and the runtime showed. */
import { LabError } from '../lab-error.ts';
import type { SeenRun } from './runtime-sight.ts';
import { runtimeUid, type SeenPod } from './kubectl-sight.ts';
import type { Reason, Stage } from './stage.ts';
import type { TruthPod, TruthRestart } from './truth.ts';

/** The runtime tells of a start or an end a moment before or after its list shows it. */
const SLACK_MS = 250;

/** Every pod of the scenario in the order of their coming. @throws LabError when more or less happened than was said */
export function tellPods(stage: Stage): TruthPod[] {
  return stage.kubernetes.pods.map((pod) => tellPod(stage, pod));
}

function tellPod(stage: Stage, pod: SeenPod): TruthPod {
  const { name, uid } = pod.metadata;
  const seen = stage.containers.all.filter(
    ({ podUid, role }) => podUid === runtimeUid(pod) && role === 'container',
  );
  const byContainer = Map.groupBy(seen, ({ container }) => container);
  const restarts = [...byContainer].flatMap(([container, runs]) => tellRestarts(stage, pod, container, runs));
  restarts.sort((a, b) => a.sinceMs - b.sinceMs);
  const kubectlRestarts = stage.kubernetes.restartsOf(uid);
  if (kubectlRestarts === undefined) throw new LabError(`kubectl never showed pod ${name}`);
  const gaps = stage.gaps.get(uid);
  const replacedBecause = stage.replaced.get(uid);
  return {
    namespace: stage.namespace,
    name,
    uid,
    ...(runtimeUid(pod) === uid ? {} : { uidOnNode: runtimeUid(pod) }),
    runs: Object.fromEntries([...byContainer].map(([container, runs]) => [container, runs.length])),
    restarts: restarts.map(({ restart }) => restart),
    kubectlRestarts,
    ...(gaps === undefined ? {} : { gaps }),
    ...(replacedBecause === undefined ? {} : { replacedBecause }),
  };
}

function tellRestarts(
  stage: Stage,
  pod: SeenPod,
  container: string,
  runs: readonly SeenRun[],
): { restart: TruthRestart; sinceMs: number }[] {
  const { name, uid } = pod.metadata;
  const verdicts = stage.verdicts.filter((one) => one.uid === uid && one.container === container);
  const always = verdicts.find((one) => one.always)?.reason;
  const single = verdicts.filter((one) => !one.always).map(({ reason }) => reason);
  const restarts = runs.length - 1;
  if (restarts < single.length || (always === undefined && restarts > single.length)) {
    throw new LabError(
      `${stage.namespace}: container ${container} of pod ${name} was restarted ${restarts} times, of which the scenario says ${single.length}`,
    );
  }
  let highest = stage.kubernetes.countOf(runs[0]?.id ?? '') ?? 0;
  return runs.slice(1).flatMap((run, index) => {
    const reason: Reason | undefined = single[index] ?? always;
    const before = runs[index];
    if (reason === undefined || before === undefined) return [];
    const isSame = run.id === before.id;
    const count = stage.kubernetes.countOf(run.id);
    if (count === undefined) {
      throw new LabError(
        `${stage.namespace}: kubectl never showed run ${index + 1} of container ${container}: make it longer`,
      );
    }
    const counted = !isSame && count > highest;
    highest = Math.max(highest, count);
    const restart = { container, ...reason, counted, downtimeMs: downtime(before, run) };
    return [{ restart, sinceMs: run.startedByMs ?? run.firstSeenMs }];
  });
}

/** No look shows the moment itself, so it is bounded by the looks before and after. */
function downtime(before: SeenRun, run: SeenRun): { min: number; max: number } {
  const endedBy = before.endedByMs ?? run.firstSeenMs;
  const startedBy = run.startedByMs ?? run.firstSeenMs;
  return {
    min: Math.max(0, run.notRunningBeforeMs - endedBy - SLACK_MS),
    max: startedBy - (before.runningUntilMs ?? before.notRunningBeforeMs) + SLACK_MS,
  };
}

/** How often each reason of an Event about the scenario's pods was raised. */
export async function tellEvents(stage: Stage): Promise<Record<string, number>> {
  const { items } = JSON.parse(await stage.kubectl(['get', 'events', '-o', 'json'])) as {
    items: {
      reason: string;
      count?: number;
      series?: { count?: number };
      involvedObject: { kind: string };
      firstTimestamp?: string;
      eventTime?: string;
    }[];
  };
  const counts = new Map<string, number>();
  for (const { reason, count, series, involvedObject } of items) {
    if (involvedObject.kind !== 'Pod') continue;
    counts.set(reason, (counts.get(reason) ?? 0) + (series?.count ?? count ?? 1));
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The lines of the table without those that differ from the last about the same pod by AGE alone. */
export function tellTable(stage: Stage): string[] {
  const last = new Map<string, string>();
  return stage.kubernetes.lines.flatMap(({ name, ready, status, restarts, text }) => {
    const seen = `${ready} ${status} ${restarts}`;
    if (last.get(name) === seen) return [];
    last.set(name, seen);
    return [text.replace(/\s+\S+$/, '').replace(/ {2,}/g, '  ')];
  });
}
