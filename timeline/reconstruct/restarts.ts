import type { PodEvent } from '../contract/pod-event.ts';
import type { ContainerId } from '../contract/primitives.ts';
import type { Restart } from '../contract/timeline.ts';
import { compareTimes, millisBetween } from '../time.ts';
import { countRestarts } from './counting.ts';
import type { Coverage } from './coverage.ts';
import { causeOf, judgeEnd } from './end-of-run.ts';
import { explain } from './explain.ts';
import { KubeletEventReader } from './kubelet-traces.ts';
import type { PodRecord } from './pod-record.ts';
import { readRestartRules } from './restart-rules.ts';
import { knownSince, type RunTrace } from './run-trace.ts';
import type { SandboxTrace } from './sandboxes.ts';

/** Every restart of every container of the pod, oldest first. */
export function traceRestarts(
  record: PodRecord,
  runsByContainer: ReadonlyMap<string, readonly RunTrace[]>,
  sandboxes: readonly SandboxTrace[],
  coverage: Coverage,
): Restart[] {
  const sandboxesById = new Map(sandboxes.map((sandbox) => [sandbox.id, sandbox]));
  const backOffs = backOffsOf(record.revisions);
  const rules = readRestartRules(record.revisions);
  const gracePeriodMs = gracePeriodOf(record.revisions);
  const fromBirth = record.revisions[0]?.type === 'ADDED';
  const restarts: { restart: Restart; since: string | undefined }[] = [];
  for (const [container, runs] of runsByContainer) {
    const events = new KubeletEventReader(record.kubernetesEvents, container, gracePeriodMs);
    const countings = countRestarts(runs, fromBirth);
    for (const [index, next] of runs.entries()) {
      const run = runs[index - 1];
      const counting = countings[index - 1];
      if (run === undefined || counting === undefined) continue;
      const ending = judgeEnd({
        run,
        next,
        kubelet: events.read({
          end: run.finishedAt,
          nextBegan: next.startedAt ?? next.createdAt,
          nextEnd: next.finishedAt,
        }),
        sandboxes: sandboxesById,
        rules,
        coverage,
        standalone: record.standalone,
      });
      const downtimeMs = downtimeBetween(run, next);
      const backOff = backOffs.get(run.containerId);
      const backoffMs = Math.min(backOff?.backoffMs ?? 0, downtimeMs ?? backOff?.backoffMs ?? 0);
      const evidence = [
        ...ending.evidence,
        backOff?.revision,
        ...beginningOf(next),
        counting.revision,
      ].filter((event) => event !== undefined);
      restarts.push({
        since: knownSince(next),
        restart: {
          at: next.startedAt ?? next.createdAt ?? null,
          container,
          cause: causeOf(ending.end),
          counted: counting.counted,
          explanation: explain({
            run,
            next,
            end: ending.end,
            counting,
            downtimeMs,
            backoffMs,
            standalone: record.standalone,
          }),
          from: run.containerId,
          to: next.containerId,
          downtimeMs,
          backoffMs,
          evidence: [...new Set(evidence.map((event) => event.id))],
        },
      });
    }
  }
  restarts.sort(
    (a, b) => compareSince(a.since, b.since) || (a.restart.container < b.restart.container ? -1 : 1),
  );
  return restarts.map(({ restart }) => restart);
}

/** @returns milliseconds; Kubernetes gives every pod 30 s that asks for nothing else */
function gracePeriodOf(revisions: readonly PodEvent[]): number {
  const asked = revisions.findLast(({ spec }) => spec?.terminationGracePeriodSeconds !== undefined)?.spec;
  return (asked?.terminationGracePeriodSeconds ?? 30) * 1000;
}

function compareSince(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareTimes(a, b);
}

function downtimeBetween(run: RunTrace, next: RunTrace): number | null {
  if (run.finishedAt === undefined || next.startedAt === undefined) return null;
  return Math.max(0, millisBetween(run.finishedAt, next.startedAt));
}

function beginningOf(next: RunTrace) {
  const create = next.execution === next.trace?.executions[0] ? next.trace?.create : undefined;
  return [create, next.execution?.start ?? next.execution?.inspect];
}

/** The longest back-off that a status names for the container that it waits to replace. */
function backOffsOf(
  revisions: readonly PodEvent[],
): Map<ContainerId, { backoffMs: number; revision: PodEvent }> {
  const found = new Map<ContainerId, { backoffMs: number; revision: PodEvent }>();
  for (const revision of revisions) {
    for (const { containerId, state } of revision.containerStatuses ?? []) {
      const backoffMs = state?.waiting?.backoffMs;
      if (containerId === undefined || backoffMs === undefined) continue;
      if (backoffMs > (found.get(containerId)?.backoffMs ?? -1))
        found.set(containerId, { backoffMs, revision });
    }
  }
  return found;
}
