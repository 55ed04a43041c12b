import type { RuntimeEvent } from '../../timeline/contract/cri-event.ts';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { KubernetesEvent } from '../../timeline/contract/kubernetes-event.ts';
import type { Restart, Timeline } from '../../timeline/contract/timeline.ts';
import { isMissed, type LaneBar, lanesOf, type PodLane } from '../../timeline/render/pod-lanes.ts';
import { sayEvent } from './say-event.ts';

/** How a mark is drawn: by shape first. */
export type MarkShape = 'counted' | 'missed' | 'normal' | 'warning' | 'began' | 'ended' | 'other';

/** A moment on a row: a restart, a Kubernetes Event, an event of the runtime. */
export interface Mark {
  readonly atMs: number;
  /** As in the URL's `select`. */
  readonly key: string;
  readonly shape: MarkShape;
  readonly title: string;
  /** What stands in the mark: a restart's number. */
  readonly number?: number;
}

export type Row =
  | {
      readonly kind: 'marks';
      readonly of: 'restarts' | 'events' | 'runtime';
      readonly name: string;
      readonly marks: readonly Mark[];
    }
  | { readonly kind: 'bars'; readonly of: PodLane['of']; readonly name: string; readonly lane: PodLane };

/** A stretch in which something was not recorded: gaps of several sources that overlap are one. */
export interface Blank {
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly title: string;
  /** Of the first gap. */
  readonly key: string;
}

/** All that a pod's drawing shows, row by row from the top: the restarts come first. */
export function rowsOf(timeline: Timeline, events: readonly RecordedEvent[]): Row[] {
  const rows: Row[] = [
    { kind: 'marks', of: 'restarts', name: 'restarts', marks: restartMarks(timeline) },
    ...lanesOf(timeline).map((lane): Row => ({ kind: 'bars', of: lane.of, name: lane.name, lane })),
  ];
  const told = events
    .filter((event) => event.source === 'event')
    .map(kubernetesMark)
    .sort(byTime);
  if (told.length > 0) rows.push({ kind: 'marks', of: 'events', name: 'Events', marks: told });
  const done = events
    .filter((event) => event.source === 'docker' || event.source === 'cri')
    .map(runtimeMark)
    .sort(byTime);
  if (done.length > 0) rows.push({ kind: 'marks', of: 'runtime', name: 'runtime', marks: done });
  return rows;
}

export function blanksOf({ gaps }: Timeline): Blank[] {
  const stretches = gaps
    .map((gap, index) => ({
      index,
      said: `${gap.source} (${gap.reason})`,
      fromMs: gap.from === null ? Number.NEGATIVE_INFINITY : Date.parse(gap.from),
      toMs: gap.to === null ? Number.POSITIVE_INFINITY : Date.parse(gap.to),
    }))
    .sort((a, b) => a.fromMs - b.fromMs);
  const merged: { fromMs: number; toMs: number; index: number; said: string[] }[] = [];
  for (const { fromMs, toMs, index, said } of stretches) {
    const before = merged.at(-1);
    if (before === undefined || fromMs > before.toMs) merged.push({ fromMs, toMs, index, said: [said] });
    else {
      before.toMs = Math.max(before.toMs, toMs);
      before.said.push(said);
    }
  }
  return merged.map(({ fromMs, toMs, index, said }) => ({
    fromMs: Number.isFinite(fromMs) ? fromMs : null,
    toMs: Number.isFinite(toMs) ? toMs : null,
    title: `Not recorded: ${said.join(', ')}`,
    key: `gap:${index}`,
  }));
}

/** As in the URL's `select`. */
export function keyOfBar(of: PodLane['of'], { tone, index }: LaneBar): string {
  if (tone === 'back-off') return `restart:${index}`;
  return `${of === 'status' ? 'phase' : of === 'sandboxes' ? 'sandbox' : 'run'}:${index}`;
}

function restartMarks({ restarts, summary }: Timeline): Mark[] {
  return restarts
    .flatMap((restart, index): Mark[] => {
      if (restart.at === null) return [];
      const missed = isMissed(restart, summary);
      return [
        {
          atMs: Date.parse(restart.at),
          key: `restart:${index}`,
          shape: missed ? 'missed' : 'counted',
          title: titleOfRestart(restart, index, missed),
          number: index + 1,
        },
      ];
    })
    .sort(byTime);
}

export function titleOfRestart(
  { container, cause, counted }: Restart,
  index: number,
  missed: boolean,
): string {
  const counting = counted ? ', counted' : missed ? ', NOT counted by Kubernetes' : '';
  return `Restart ${index + 1} of ${container}: ${cause}${counting}`;
}

function kubernetesMark(event: KubernetesEvent): Mark {
  const isWarning = event.eventType !== undefined && event.eventType !== 'Normal';
  return {
    atMs: Date.parse(event.occurredAt),
    key: `event:${event.id}`,
    shape: isWarning ? 'warning' : 'normal',
    title: `${isWarning ? `${event.eventType}: ` : ''}${sayEvent(event)}`,
  };
}

const BEGINS: ReadonlySet<string> = new Set(['create', 'start', 'unpause', 'restart']);
const ENDS: ReadonlySet<string> = new Set(['kill', 'die', 'stop', 'oom', 'destroy', 'pause']);

function runtimeMark(event: RuntimeEvent): Mark {
  const shape = BEGINS.has(event.action) ? 'began' : ENDS.has(event.action) ? 'ended' : 'other';
  return { atMs: Date.parse(event.occurredAt), key: `event:${event.id}`, shape, title: sayEvent(event) };
}

function byTime(a: Mark, b: Mark): number {
  return a.atMs - b.atMs;
}
