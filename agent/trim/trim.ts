import { type RecordedEvent, identified } from '../../timeline/contract/event.ts';
import type { PodEvent } from '../../timeline/contract/pod-event.ts';
import type { Observation } from '../observation.ts';
import { createRedact, type Redact } from '../redact.ts';
import { trimCri } from './cri.ts';
import { trimDocker } from './docker.ts';
import { createNotes, type Drop, type Notes } from './drops.ts';
import { trimLog } from './log.ts';
import { trimKubernetesEvent } from './kubernetes-event.ts';
import { readIdentity, trimPod } from './pod.ts';
import { PodMemory } from './pod-memory.ts';
import { podRow } from './pod-row.ts';
import { isRaw, isTime, objectAt, type Raw } from './readers.ts';
import { type AgentIdentity, parseStatement } from './statement.ts';

export interface TrimSettings {
  readonly agent: AgentIdentity;
  /** Hears of everything that was left out because it was not as its source promises. */
  readonly told?: (drop: Drop) => void;
  /** What goes over the lines of logs; default: the rules without the operator's own. */
  readonly redact?: Redact;
  /** How many pods' last revisions are remembered; Kubernetes supports 150,000 in a cluster. */
  readonly maxPods?: number;
}

/** From what a source said to what may leave the cluster: none or one event. */
export type Trim = (observation: Observation) => RecordedEvent[];

const POD_TYPES = [
  'ADDED',
  'MODIFIED',
  'DELETED',
  'LISTED',
  'VANISHED',
] as const satisfies PodEvent['type'][];
const EVENT_TYPES = ['ADDED', 'MODIFIED', 'LISTED'] as const;

/**
 * Makes the one function through which everything passes on its way out. It depends on the observations alone, in
 * their order: no clock, no randomness; so a replay gives the same events. It never throws, whatever a frame holds.
 */
export function createTrim({
  agent,
  told = () => {},
  redact = createRedact(),
  maxPods = 200_000,
}: TrimSettings): Trim {
  const memory = new PodMemory(maxPods);
  let sequence = 0;

  return (observation) => {
    const { at: observedAt, source, raw } = observation;
    const lose = (problem: string): RecordedEvent[] => {
      told({ kind: 'event', source, problem });
      return [];
    };
    const notes = createNotes((field) => told({ kind: 'field', source, field }));
    if (!isTime(observedAt)) return lose('"at" is not an RFC 3339 time in UTC');
    if (!isRaw(raw)) return lose('"raw" is not an object');

    switch (source) {
      case 'pod': {
        const event = trimPodFrame(raw, observedAt, memory, notes);
        if (event === undefined) return [];
        return 'problem' in event ? lose(event.problem) : [identified(event)];
      }
      case 'event': {
        const type = EVENT_TYPES.find((one) => one === raw['type']);
        // Events are deleted when their hour is over: nothing happened.
        if (type === undefined)
          return raw['type'] === 'DELETED' ? [] : lose('"type" of the frame is unknown');
        const event = trimKubernetesEvent(objectAt(raw, 'object', notes), notes);
        if (event === undefined) return [];
        if ('problem' in event) return lose(event.problem);
        return [identified({ source: 'event', type, observedAt, ...event })];
      }
      case 'docker': {
        const event = trimDocker(raw, agent.node, notes);
        if (event === undefined) return [];
        return 'problem' in event
          ? lose(event.problem)
          : [identified({ source: 'docker', observedAt, ...event })];
      }
      case 'cri': {
        const event = trimCri(raw, agent.node, notes);
        if (event === undefined) return [];
        return 'problem' in event
          ? lose(event.problem)
          : [identified({ source: 'cri', observedAt, ...event })];
      }
      case 'log': {
        const event = trimLog(raw, redact, notes);
        if (event === undefined) return [];
        return 'problem' in event
          ? lose(event.problem)
          : [identified({ source: 'log', occurredAt: observedAt, observedAt, ...event })];
      }
      case 'agent': {
        const statement = parseStatement(raw);
        if (statement === undefined) return lose('the statement is not one of the agent');
        const event = {
          source: 'agent',
          occurredAt: observedAt,
          observedAt,
          agent,
          sequence,
          ...statement,
        } as const;
        sequence += 1;
        return [identified(event)];
      }
      default:
        // From a recording, where anything can stand.
        source satisfies never;
        return lose('"source" is unknown');
    }
  };
}

type PodFrameEvent = Omit<PodEvent, 'id'>;

function trimPodFrame(
  frame: Raw,
  observedAt: string,
  memory: PodMemory,
  notes: Notes,
): PodFrameEvent | { readonly problem: string } | undefined {
  const type = POD_TYPES.find((one) => one === frame['type']);
  if (type === undefined) return { problem: '"type" of the frame is unknown' };
  const object = objectAt(frame, 'object', notes);
  const inObject = notes.within('object');
  if (type === 'VANISHED') return vanished(object, observedAt, memory, inObject);

  const trimmed = trimPod(object, inObject);
  if ('problem' in trimmed) return trimmed;
  const row = podRow(trimmed);
  const sections =
    type === 'MODIFIED' || type === 'DELETED'
      ? memory.changes(trimmed, row)
      : memory.everything(trimmed, row);
  if (type === 'DELETED') memory.forget(trimmed.apiUid);
  if (type === 'MODIFIED' && sections.row === undefined) return undefined;
  return {
    source: 'pod',
    type,
    // Every pod of a real API server names at least its creation.
    occurredAt: trimmed.newestMoment ?? observedAt,
    observedAt,
    pod: trimmed.pod,
    resourceVersion: trimmed.resourceVersion,
    row,
    ...sections,
  };
}

/** Missing from a list: all that is known is who it was. */
function vanished(
  object: Raw,
  observedAt: string,
  memory: PodMemory,
  notes: Notes,
): PodFrameEvent | { readonly problem: string } {
  const identity = readIdentity(objectAt(object, 'metadata', notes), notes.within('metadata'));
  if ('problem' in identity) return identity;
  const known = memory.podOf(identity.pod.uid);
  memory.forget(identity.pod.uid);
  return {
    source: 'pod',
    type: 'VANISHED',
    occurredAt: observedAt,
    observedAt,
    pod: known ?? identity.pod,
    resourceVersion: identity.resourceVersion,
  };
}
