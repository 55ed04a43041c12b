import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import { compareTimes, earliest, latest, latestMeant, shift } from '../time.ts';

/** What the kubelet was heard to say about one end of a run. */
export interface KubeletTrace {
  readonly killing: readonly KubernetesEvent[];
  readonly unhealthy: readonly KubernetesEvent[];
  readonly hooks: readonly KubernetesEvent[];
  readonly sandboxChanged: readonly KubernetesEvent[];
}

const REASONS = {
  Killing: 'killing',
  Unhealthy: 'unhealthy',
  FailedPostStartHook: 'hooks',
  SandboxChanged: 'sandboxChanged',
} as const satisfies Readonly<Record<string, keyof KubeletTrace>>;

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
  /** The best guess of when it truly was. */
  readonly time: Timestamp;
}

/**
 * Reads the Events of a pod forward, one container at a time: each Event belongs to one end of a run, the first that
 * it does not lie after. Ends must be asked for in the order of time.
 */
export class KubeletEventReader {
  readonly #events: readonly HeardEvent[];
  readonly #reachMs: number;
  #position = 0;

  /** @param gracePeriodMs the pod's termination grace period */
  constructor(events: readonly KubernetesEvent[], container: string, gracePeriodMs: number) {
    this.#reachMs = gracePeriodMs + RUNTIME_SLACK_MS;
    this.#events = events
      .filter((event) => event.reason in REASONS && names(event, container))
      .map((event) => ({
        event,
        kind: REASONS[event.reason as keyof typeof REASONS],
        time: likelyTime(event),
      }))
      .sort((a, b) => compareTimes(a.time, b.time) || (a.event.id < b.event.id ? -1 : 1));
  }

  /** The Events that belong to this end. */
  read(boundary: RunBoundary): KubeletTrace {
    const { end, nextBegan } = boundary;
    const trace = { killing: [], unhealthy: [], hooks: [], sandboxChanged: [] } as Record<
      keyof KubeletTrace,
      KubernetesEvent[]
    >;
    const until = nextBegan ?? (end === undefined ? undefined : shift(end, EVENT_SLACK_MS));
    if (until === undefined) return trace;
    const since = shift(end ?? until, -this.#reachMs);
    for (let index = this.#position; index < this.#events.length; index += 1) {
      const heard = this.#events[index];
      if (heard === undefined || compareTimes(heard.event.occurredAt, until) > 0) break;
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
 * An Event names a whole second. One that was heard live was heard shortly after it was said, so that within that
 * second the moment of hearing is the better guess.
 */
function likelyTime({ type, occurredAt, observedAt }: KubernetesEvent): Timestamp {
  if (type === 'LISTED' || occurredAt.includes('.')) return occurredAt;
  return earliest(latest(occurredAt, observedAt), latestMeant(occurredAt)) ?? occurredAt;
}

/** An Event without a container's field path may still name one in its message. */
function names(event: KubernetesEvent, container: string): boolean {
  if (event.container !== undefined) return event.container === container;
  const named = /^(?:Stopping container|Container) (\S+)/.exec(event.message ?? '')?.[1];
  return named === undefined || named.replace(/,$/, '') === container;
}
