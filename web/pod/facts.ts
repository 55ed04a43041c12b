import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { LogTail } from '../../timeline/contract/log-event.ts';
import type { Gap, Restart, Run, Timeline } from '../../timeline/contract/timeline.ts';
import { isMissed } from '../../timeline/render/pod-lanes.ts';
import { sayOutcome } from '../../timeline/render/text.ts';
import { compareTimes, formatDuration, millisBetween } from '../../timeline/time.ts';
import { sayEvent } from './say-event.ts';
import type { Selection } from './selection.ts';

/** What is told of something selected: facts in words, and which events they rest on. */
export interface Told {
  readonly title: string;
  readonly alarm?: string;
  readonly good?: string;
  readonly explanation?: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Ids of events; undefined where there is nothing to prove. */
  readonly evidence?: readonly string[];
  readonly event?: RecordedEvent;
  /** What the old container of a restart wrote last. */
  readonly log?: LogTail;
}

const UNSEEN = 'not seen';

/** What is known of the selected; undefined if the timeline has no such thing (any more). */
export function tell(
  timeline: Timeline,
  events: ReadonlyMap<string, RecordedEvent>,
  selection: Selection,
): Told | undefined {
  if (selection.of === 'event') {
    const event = events.get(selection.id);
    return event && tellEvent(event);
  }
  const { index } = selection;
  switch (selection.of) {
    case 'restart': {
      const restart = timeline.restarts[index];
      return restart && tellRestart(timeline, restart, index);
    }
    case 'run': {
      const run = timeline.runs[index];
      return run && tellRun(timeline, run);
    }
    case 'sandbox': {
      const sandbox = timeline.sandboxes[index];
      if (sandbox === undefined) return undefined;
      const { id, attempt, createdAt, finishedAt, endedBy } = sandbox;
      return {
        title: 'Sandbox',
        facts: [
          ['ID', id],
          ['Attempt', attempt === null ? UNSEEN : String(attempt)],
          ['Created', createdAt ?? UNSEEN],
          ['Finished', finishedAt ?? '–'],
          ['Ended by', endedBy ?? '–'],
        ],
      };
    }
    case 'phase': {
      const phase = timeline.phases[index];
      if (phase === undefined) return undefined;
      return {
        title: `kubectl showed ${phase.status}`,
        facts: [
          ['From', phase.at],
          ['To', timeline.phases[index + 1]?.at ?? timeline.pod.deletedAt ?? '–'],
          ['Phase', phase.phase],
          ['READY', phase.ready],
          ['STATUS', phase.status],
          ['RESTARTS', String(phase.restarts)],
        ],
      };
    }
    case 'gap': {
      const gap = timeline.gaps[index];
      return gap && tellGap(timeline, gap);
    }
  }
}

function tellRestart(timeline: Timeline, restart: Restart, index: number): Told {
  const { at, container, cause, counted, downtimeMs, backoffMs, from, to, evidence, explanation } = restart;
  const before = timeline.runs.find(({ containerId }) => containerId === from);
  return {
    title: `Restart ${index + 1}: ${cause}`,
    ...(isMissed(restart, timeline.summary) ? { alarm: 'Not counted by Kubernetes' } : {}),
    ...(counted ? { good: 'Counted by Kubernetes' } : {}),
    explanation,
    facts: [
      ['At', at ?? UNSEEN],
      ['Container', container],
      ['Down', downtimeMs === null ? UNSEEN : formatDuration(downtimeMs)],
      ...(backoffMs > 0 ? [['Back-off', formatDuration(backoffMs)] as const] : []),
      ['Ended with', before === undefined ? UNSEEN : sayOutcome(before)],
      ['Image', before?.image ?? UNSEEN],
      ['Old container', from],
      ['New container', to],
    ],
    evidence,
    ...(restart.log === undefined ? {} : { log: restart.log }),
  };
}

function tellGap({ gaps }: Timeline, gap: Gap): Told {
  const others = gaps.filter((other) => other !== gap && overlap(other, gap));
  return {
    title: 'Not recorded',
    explanation: `The source “${gap.source}” was not watched in this stretch: something may have happened that nobody saw. Nothing is made up to fill it.`,
    facts: [
      ['Source', gap.source],
      ['From', gap.from ?? 'before anything is known'],
      ['To', gap.to ?? 'still'],
      ['Reason', gap.reason],
      ...others.map(
        ({ source, from, to, reason }) =>
          [`${source} too`, `${from ?? 'ever before'} to ${to ?? 'now'} (${reason})`] as const,
      ),
    ],
  };
}

function overlap(a: Gap, b: Gap): boolean {
  const startsBefore = (one: Gap, other: Gap) =>
    one.from === null || other.to === null || compareTimes(one.from, other.to) <= 0;
  return startsBefore(a, b) && startsBefore(b, a);
}

function tellRun({ restarts }: Timeline, run: Run): Told {
  const { container, kind, containerId, attempt, sandboxId, image, startedAt, readyAt, finishedAt } = run;
  const ran = startedAt !== null && finishedAt !== null ? millisBetween(startedAt, finishedAt) : undefined;
  const ended = restarts.find(({ from }) => from === containerId);
  return {
    title: `Run of ${container}`,
    ...(ended === undefined ? {} : { explanation: ended.explanation, evidence: ended.evidence }),
    ...(ended?.log === undefined ? {} : { log: ended.log }),
    facts: [
      ['Container ID', containerId],
      ['Kind', kind],
      ['Attempt', attempt === null ? UNSEEN : String(attempt)],
      ['Started', startedAt ?? UNSEEN],
      ['Ready', readyAt ?? UNSEEN],
      ['Finished', finishedAt ?? '–'],
      ['Ran for', ran === undefined ? '–' : formatDuration(Math.max(0, ran))],
      ['Ended with', sayOutcome(run)],
      ['Image', image ?? UNSEEN],
      ['Sandbox', sandboxId ?? UNSEEN],
    ],
  };
}

const SOURCES: Readonly<Record<RecordedEvent['source'], string>> = {
  event: 'Kubernetes Event',
  docker: 'Docker event',
  cri: 'Container runtime event',
  pod: 'Pod revision',
  log: 'Log of an ended run',
  agent: 'Statement of the recorder',
};

function tellEvent(event: RecordedEvent): Told {
  return {
    title: SOURCES[event.source],
    explanation: sayEvent(event),
    facts: [
      ['Occurred', event.occurredAt],
      ['Observed', event.observedAt],
      ['ID', event.id],
    ],
    event,
  };
}
