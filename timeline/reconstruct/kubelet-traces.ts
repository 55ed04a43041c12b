import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import { compareTimes, latest, shift } from '../time.ts';

/** What the kubelet was heard to say about one end of a run. */
export interface KubeletTrace {
  readonly killing: readonly KubernetesEvent[];
  readonly unhealthy: readonly KubernetesEvent[];
  readonly hooks: readonly KubernetesEvent[];
  readonly sandboxChanged: readonly KubernetesEvent[];
  readonly backOff: readonly KubernetesEvent[];
}

const REASONS = {
  Killing: 'killing',
  Unhealthy: 'unhealthy',
  FailedPostStartHook: 'hooks',
  SandboxChanged: 'sandboxChanged',
  BackOff: 'backOff',
} as const satisfies Readonly<Record<string, keyof KubeletTrace>>;

/** An Event names whole seconds, cut: it may lie this much before the moment that it speaks of. */
const EVENT_SLACK_MS = 1_000;

/**
 * Reads the Events of a pod forward, one container at a time: each Event belongs to one end of a run, the first that
 * it does not lie after. Ends must be asked for in the order of time.
 */
export class KubeletEventReader {
  readonly #events: readonly KubernetesEvent[];
  readonly #container: string;
  #position = 0;

  constructor(events: readonly KubernetesEvent[], container: string) {
    this.#events = events.filter(
      (event) => event.reason in REASONS && (event.container === undefined || event.container === container),
    );
    this.#container = container;
  }

  /** The Events after the last end that was asked for, up to the moment at which the next run began. */
  readUntil(end: Timestamp | undefined, nextBegan: Timestamp | undefined): KubeletTrace {
    const trace = { killing: [], unhealthy: [], hooks: [], sandboxChanged: [], backOff: [] } as Record<
      keyof KubeletTrace,
      KubernetesEvent[]
    >;
    const until = nextBegan ?? (end === undefined ? undefined : shift(end, EVENT_SLACK_MS));
    if (until === undefined) return trace;
    const settled = latest(
      end === undefined ? undefined : shift(end, EVENT_SLACK_MS),
      nextBegan === undefined ? undefined : shift(nextBegan, -EVENT_SLACK_MS),
    );
    let index = this.#position;
    for (; index < this.#events.length; index += 1) {
      const event = this.#events[index];
      if (event === undefined || compareTimes(event.occurredAt, until) > 0) break;
      const kind = REASONS[event.reason as keyof typeof REASONS];
      if (this.#names(event)) trace[kind].push(event);
    }
    // What was said after the end may already be about the next run, which began in the same second.
    while (this.#position < index && !this.#isAfter(this.#position, settled ?? until)) this.#position += 1;
    return trace;
  }

  #isAfter(index: number, time: Timestamp): boolean {
    const event = this.#events[index];
    return event !== undefined && compareTimes(event.occurredAt, time) > 0;
  }

  /** An Event without a container's field path may still name one in its message. */
  #names(event: KubernetesEvent): boolean {
    if (event.container !== undefined || event.message === undefined) return true;
    const named = /^(?:Stopping container|Container) (\S+)/.exec(event.message)?.[1];
    return named === undefined || named.replace(/,$/, '') === this.#container;
  }
}
