import type { Tell } from '../telemetry/happening.ts';
import type { OutageReason } from './kubernetes-failure.ts';

/** What is listed and watched, and where. */
export interface WatchedPlace {
  readonly source: 'pod' | 'event';
  readonly server: string;
  /** As RBAC calls it. */
  readonly resource: string;
}

/**
 * Tells of every failure, as news once when an outage begins and once more if its reason changes; and once when it is
 * over. A stream that breaks and goes on at the next attempt is no news.
 */
export class OutageLog {
  readonly #tell: Tell;
  readonly #place: WatchedPlace;
  #sinceMs: number | undefined;
  #failures = 0;
  readonly #told = new Set<OutageReason>();

  constructor(tell: Tell, place: WatchedPlace) {
    this.#tell = tell;
    this.#place = place;
  }

  /** @param begun whether the server had begun to answer, so that only the stream broke */
  failed(atMs: number, reason: OutageReason, error: Error, begun: boolean): void {
    this.#sinceMs ??= atMs;
    this.#failures += 1;
    const isNews = !this.#told.has(reason) && !(begun && this.#failures === 1);
    if (isNews) this.#told.add(reason);
    this.#tell({ what: 'watch-failed', ...this.#place, reason, error, isNews });
  }

  over(atMs: number): void {
    if (this.#sinceMs === undefined) return;
    const seconds = Math.round((atMs - this.#sinceMs) / 1000);
    if (this.#told.size > 0) this.#tell({ what: 'watch-recovered', ...this.#place, seconds });
    this.#sinceMs = undefined;
    this.#failures = 0;
    this.#told.clear();
  }
}
