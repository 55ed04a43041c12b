/** Holds what podlapse makes of a recording against what the scenario knows to be true. */
import type { Observation } from '../../../agent/observation.ts';
import { createTrim } from '../../../agent/trim/trim.ts';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import type { Timeline } from '../../../timeline/contract/timeline.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import type { TruthPod } from './truth.ts';

/** Sends a recording's lines through the agent's own pipeline. */
export function eventsOf(lines: readonly string[]): RecordedEvent[] {
  const trim = createTrim({
    agent: { instance: 'recording', role: 'all', node: 'lab-node', version: 'test' },
  });
  return lines.flatMap((line) => trim(JSON.parse(line) as Observation));
}

/** The facts of one pod that truth and timeline both speak of, in one form, so that they can be laid side by side. */
export interface Facts {
  readonly runs: Readonly<Record<string, number>>;
  readonly restarts: readonly {
    readonly container: string;
    readonly cause: string;
    readonly counted: boolean;
    readonly downtime: string;
  }[];
  readonly summary: {
    readonly restarts: number;
    readonly counted: number;
    readonly uncounted: number;
    readonly kubernetesRestartCount: number | null;
    readonly complete: boolean;
  };
  readonly gaps: readonly string[];
  /** Evidence that no event of the recording has. */
  readonly inventedEvidence: readonly string[];
}

const AS_TRUTH_SAYS = 'within the bounds';

export function factsOfTruth(pod: TruthPod): Facts {
  const counted = pod.restarts.filter((restart) => restart.counted).length;
  return {
    runs: pod.runs,
    restarts: pod.restarts.map(({ container, cause, counted: isCounted }) => ({
      container,
      cause,
      counted: isCounted,
      downtime: AS_TRUTH_SAYS,
    })),
    summary: {
      restarts: pod.restarts.length,
      counted,
      uncounted: pod.restarts.length - counted,
      kubernetesRestartCount: pod.kubectlRestarts,
      complete: pod.gaps === undefined,
    },
    gaps: [...(pod.gaps ?? [])].sort(),
    inventedEvidence: [],
  };
}

/** What podlapse tells of the pod, which may go by either of a static pod's names. */
export function timelineOf(
  { uid, uidOnNode = uid }: TruthPod,
  events: readonly RecordedEvent[],
): Timeline | undefined {
  return reconstruct('lab', uidOnNode, events) ?? reconstruct('lab', uid, events);
}

/** What podlapse says of the pod; undefined when it does not know of it. */
export function factsOfTimeline(pod: TruthPod, events: readonly RecordedEvent[]): Facts | undefined {
  const timeline = timelineOf(pod, events);
  if (timeline === undefined) return undefined;
  const ids = new Set(events.map(({ id }) => id));
  const { restarts, counted, uncounted, kubernetesRestartCount, complete } = timeline.summary;
  return {
    runs: runsOf(timeline),
    restarts: timeline.restarts.map((restart, index) => ({
      container: restart.container,
      cause: restart.cause,
      counted: restart.counted,
      downtime: judgeDowntime(restart.downtimeMs, pod.restarts[index]?.downtimeMs),
    })),
    summary: { restarts, counted, uncounted, kubernetesRestartCount, complete },
    gaps: [...new Set(timeline.gaps.map(({ source }) => source))].sort(),
    inventedEvidence: timeline.restarts.flatMap(({ evidence }) => evidence.filter((id) => !ids.has(id))),
  };
}

function runsOf({ runs }: Timeline): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { container } of runs) counts[container] = (counts[container] ?? 0) + 1;
  return counts;
}

function judgeDowntime(downtimeMs: number | null, bounds: { min: number; max: number } | undefined): string {
  if (downtimeMs === null) return 'not seen';
  if (bounds === undefined) return `${downtimeMs} ms, of a restart that did not take place`;
  if (downtimeMs >= bounds.min && downtimeMs <= bounds.max) return AS_TRUTH_SAYS;
  return `${downtimeMs} ms, which is not between ${bounds.min} and ${bounds.max} ms`;
}
