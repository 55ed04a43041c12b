import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import { compareTimes, earliest, latest, latestMeant, shift } from '../time.ts';
import { containerOfMessage, isCombined, withoutCombined } from './killing-reason.ts';

/** What the kubelet was heard to say about one end of a run. */
export interface KubeletTrace {
  readonly killing: readonly KubernetesEvent[];
  readonly unhealthy: readonly KubernetesEvent[];
  readonly hooks: readonly KubernetesEvent[];
  readonly preStop: readonly KubernetesEvent[];
  readonly sandboxChanged: readonly KubernetesEvent[];
}

/** A map: whoever may write Events may call the reason `toString`. */
const REASONS: ReadonlyMap<string, keyof KubeletTrace> = new Map([
  ['Killing', 'killing'],
  ['Unhealthy', 'unhealthy'],
  ['FailedPostStartHook', 'hooks'],
  ['FailedPreStopHook', 'preStop'],
  ['UnfinishedPreStopHook', 'preStop'],
  ['SandboxChanged', 'sandboxChanged'],
]);

/** Between the kubelet's announcement of an end and the end lies the grace period, and what the runtime takes. */
const RUNTIME_SLACK_MS = 10_000;
/** An end is told by the runtime's clock in fractions, an Event about it by whole seconds. */
const EVENT_SLACK_MS = 1_000;

/** One end of a run, between its neighbours. */
export interface RunBoundary {
  readonly end: Timestamp | undefined;
  /** When the next run of the container was made or started. */
  readonly nextBegan: Timestamp | undefined;
  /** When that next run ended in turn. */
  readonly nextEnd: Timestamp | undefined;
}

interface HeardEvent {
  readonly event: KubernetesEvent;
  readonly kind: keyof KubeletTrace;
  /** What the Event says of when it was. */
  readonly said: Timestamp;
  /** The best guess of when it truly was. */
  readonly time: Timestamp;
}

const NOTHING: KubeletTrace = { killing: [], unhealthy: [], hooks: [], preStop: [], sandboxChanged: [] };

/**
 * Reads the Events of a pod forward, one container at a time: each Event belongs to one end of a run, the first that
 * it does not lie after. Ends must be asked for in the order of time.
 */
export class KubeletEventReader {
  readonly #events: readonly HeardEvent[];
  readonly #reachMs: number;
  #position = 0;

  /**
   * @param gracePeriodMs the pod's termination grace period
   * @param offsetMs how far the clock of who listened is ahead of the kubelet's
   */
  constructor(
    events: readonly KubernetesEvent[],
    container: string,
    { gracePeriodMs, offsetMs }: { readonly gracePeriodMs: number; readonly offsetMs: number },
  ) {
    this.#reachMs = gracePeriodMs + RUNTIME_SLACK_MS;
    const ours = events.filter((event) => REASONS.has(event.reason) && names(event, container));
    const heard = new Set(ours.map(({ uid, occurredAt }) => `${uid} ${occurredAt}`));
    this.#events = ours
      .flatMap((event) => occurrences(event, heard, offsetMs))
      .sort((a, b) => compareTimes(a.time, b.time) || (a.event.id < b.event.id ? -1 : 1));
  }

  /** The Events that belong to this end. */
  read(boundary: RunBoundary): KubeletTrace {
    const { end, nextBegan } = boundary;
    if (this.#position >= this.#events.length) return NOTHING;
    const until = nextBegan ?? (end === undefined ? undefined : shift(end, EVENT_SLACK_MS));
    if (until === undefined) return NOTHING;
    const since = shift(end ?? until, -this.#reachMs);
    const trace = { killing: [], unhealthy: [], hooks: [], preStop: [], sandboxChanged: [] } as Record<
      keyof KubeletTrace,
      KubernetesEvent[]
    >;
    for (let index = this.#position; index < this.#events.length; index += 1) {
      const heard = this.#events[index];
      if (heard === undefined || compareTimes(heard.said, until) > 0) break;
      if (compareTimes(heard.time, until) > 0 && this.#fitsNext(heard, boundary)) break;
      this.#position = index + 1;
      // A probe fails again and again before the kubelet acts on it: only what asks for an end must be near to it.
      if (heard.kind === 'unhealthy' || compareTimes(heard.time, since) >= 0)
        trace[heard.kind].push(heard.event);
    }
    return trace;
  }

  /** Said in the second in which the next run began: of that run, if it soon ended too, else of this one. */
  #fitsNext({ time }: HeardEvent, { nextEnd }: RunBoundary): boolean {
    return nextEnd !== undefined && compareTimes(nextEnd, shift(time, this.#reachMs)) <= 0;
  }
}

/**
 * The moments that an Event tells of: the last of its kind, and, of one that stands for several alike and was not
 * heard each time, the first. Those between are lost.
 */
function occurrences(event: KubernetesEvent, heard: ReadonlySet<string>, offsetMs: number): HeardEvent[] {
  const kind = REASONS.get(event.reason);
  if (kind === undefined) return [];
  const { occurredAt: said, firstAt, message, count = 1 } = event;
  const last = { event, kind, said, time: likelyTime(event, offsetMs) };
  if (count < 2 || firstAt === undefined || isCombined(message) || heard.has(`${event.uid} ${firstAt}`))
    return [last];
  return [{ event, kind, said: firstAt, time: firstAt }, last];
}

/**
 * An Event names a whole second. One that was heard live was heard shortly after it was said, so that within that
 * second the moment of hearing is the better guess.
 */
function likelyTime({ type, occurredAt, observedAt }: KubernetesEvent, offsetMs: number): Timestamp {
  if (type === 'LISTED' || occurredAt.includes('.')) return occurredAt;
  const heardAt = offsetMs === 0 ? observedAt : shift(observedAt, -offsetMs);
  return earliest(latest(occurredAt, heardAt), latestMeant(occurredAt)) ?? occurredAt;
}

/**
 * Whether an Event is about the container. The message of a combined one is of the newest, its field path still of
 * the first (client-go events_cache.go `EventAggregate`); one without a field path may name a container in words.
 */
function names(event: KubernetesEvent, container: string): boolean {
  const inWords = containerOfMessage(event.message);
  if (isCombined(event.message) && inWords !== undefined) return inWords === container;
  if (event.container !== undefined) return event.container === container;
  return inWords === undefined || inWords === container;
}

/** Which probe an `Unhealthy` tells of; undefined if its message is not known. */
export function probeOf(event: KubernetesEvent): 'liveness' | 'startup' | 'readiness' | undefined {
  const probe = /^(Liveness|Readiness|Startup) probe/.exec(withoutCombined(event.message ?? ''))?.[1];
  return probe?.toLowerCase() as 'liveness' | 'startup' | 'readiness' | undefined;
}
