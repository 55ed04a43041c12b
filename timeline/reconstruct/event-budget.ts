import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import { compareTimes } from '../time.ts';

/**
 * The kubelet may send 25 Events about one pod, and one more every five minutes; what is over is dropped unseen
 * (client-go events_cache.go `EventSourceObjectSpamFilter`; kubernetes#67887 lost `Killing` and `Started` to it).
 */
const BURST = 25;
const REFILL_MS = 5 * 60_000;

/** Whether the kubelet could still have been heard. */
export class EventBudget {
  readonly #times: readonly Timestamp[];
  readonly #left: readonly number[];

  /** @param events of one pod, in the order of time */
  constructor(events: readonly KubernetesEvent[]) {
    const times: Timestamp[] = [];
    const left: number[] = [];
    let tokens = BURST;
    let beforeMs: number | undefined;
    for (const { occurredAt, component } of events) {
      if (component !== undefined && component !== 'kubelet') continue;
      const nowMs = Date.parse(occurredAt);
      tokens = Math.min(BURST, tokens + (nowMs - (beforeMs ?? nowMs)) / REFILL_MS);
      tokens = Math.max(0, tokens - 1);
      beforeMs = nowMs;
      times.push(occurredAt);
      left.push(tokens);
    }
    this.#times = times;
    this.#left = left;
  }

  /**
   * Whether the kubelet's silence at `at` may be that of a spent budget. It is not, if it was heard to speak twice
   * from then to `until`: a budget only grows between two Events.
   */
  isSpent(at: Timestamp, until: Timestamp): boolean {
    const next = this.#firstAfter(at);
    const before = this.#left[next - 1];
    if (before === undefined) return false;
    const since = Date.parse(at) - Date.parse(this.#times[next - 1] ?? at);
    if (before + since / REFILL_MS >= 1) return false;
    const second = this.#times[next + 1];
    return second === undefined || compareTimes(second, until) > 0;
  }

  #firstAfter(at: Timestamp): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareTimes(this.#times[middle] ?? at, at) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
