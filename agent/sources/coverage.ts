import type { WatchedSource } from '../../timeline/contract/agent-event.ts';
import type { Statement } from '../statement.ts';
import type { OutageReason, RelistReason } from './kubernetes-failure.ts';

export interface CoverageSettings {
  readonly watched: WatchedSource;
  /** How long the API may be out of reach before it is stated as a gap: a dropped connection is none. */
  readonly gapAfterMs: number;
  /**
   * How long the source itself keeps what was missed, so that a list after an absence finds it all. 0 for pods: a
   * list has only their last state.
   */
  readonly lossToleranceMs: number;
}

type State =
  | { readonly name: 'not-begun' }
  | { readonly name: 'watched' }
  | { readonly name: 'failing'; readonly sinceMs: number; readonly reason: OutageReason }
  | { readonly name: 'gap' };

/**
 * Which statements follow from what happens to a watch. A gap reaches from the last moment at which nothing was
 * missed. It is stated early, when the API stays out of reach, and closed with what it turned out to be: with no
 * length if the watch went on where it was, with its whole length if there was a list between.
 *
 * All times are in milliseconds since the epoch, of the agent's clock.
 */
export class Coverage {
  readonly #settings: CoverageSettings;
  #state: State = { name: 'not-begun' };
  #goodAtMs = 0;

  /** @param goodAtMs the last good moment of an earlier process, whose stop opened a gap; undefined for none */
  constructor(settings: CoverageSettings, goodAtMs?: number) {
    this.#settings = settings;
    if (goodAtMs !== undefined) {
      this.#state = { name: 'gap' };
      this.#goodAtMs = goodAtMs;
    }
  }

  get goodAtMs(): number {
    return this.#goodAtMs;
  }

  /** The watch brought something, or ended as it should: nothing was missed until now. */
  good(atMs: number): Statement | undefined {
    if (this.#state.name === 'not-begun') return undefined;
    const gapFromMs = this.#state.name === 'gap' ? this.#goodAtMs : undefined;
    this.#state = { name: 'watched' };
    this.#goodAtMs = atMs;
    return gapFromMs === undefined ? undefined : this.#closed(gapFromMs, gapFromMs, 'resumed');
  }

  failed(atMs: number, reason: OutageReason): void {
    if (this.#state.name === 'watched') this.#state = { name: 'failing', sinceMs: atMs, reason };
    else if (this.#state.name === 'failing') this.#state = { ...this.#state, reason };
  }

  /** When `openGap` is due, if things stay as they are. */
  get gapDueAtMs(): number | undefined {
    return this.#state.name === 'failing' ? this.#state.sinceMs + this.#settings.gapAfterMs : undefined;
  }

  openGap(): Statement | undefined {
    if (this.#state.name !== 'failing') return undefined;
    const { reason } = this.#state;
    this.#state = { name: 'gap' };
    return this.#opened(this.#goodAtMs, reason);
  }

  /** A list is complete; it shows the state at `snapshotAtMs`. */
  listed(snapshotAtMs: number, reason: RelistReason): Statement | undefined {
    const before = this.#state.name;
    const fromMs = this.#goodAtMs;
    this.#state = { name: 'watched' };
    this.#goodAtMs = snapshotAtMs;
    if (before === 'not-begun') {
      return { type: 'recording-began', watched: this.#settings.watched, to: timestamp(snapshotAtMs) };
    }
    const lost =
      snapshotAtMs - fromMs > this.#settings.lossToleranceMs || this.#settings.lossToleranceMs === 0;
    if (lost) return this.#closed(fromMs, Math.max(fromMs, snapshotAtMs), reason);
    return before === 'gap' ? this.#closed(fromMs, fromMs, reason) : undefined;
  }

  /** The agent stops on purpose. */
  stopped(atMs: number): Statement | undefined {
    const { name } = this.#state;
    if (name === 'not-begun' || name === 'gap') return undefined;
    this.#state = { name: 'gap' };
    if (name === 'watched') this.#goodAtMs = atMs;
    return this.#opened(this.#goodAtMs, 'agent-stopped');
  }

  #opened(fromMs: number, reason: OutageReason | 'agent-stopped'): Statement {
    return { type: 'gap-opened', watched: this.#settings.watched, from: timestamp(fromMs), reason };
  }

  #closed(fromMs: number, toMs: number, reason: RelistReason | 'resumed'): Statement {
    const { watched } = this.#settings;
    return { type: 'gap-closed', watched, from: timestamp(fromMs), to: timestamp(toMs), reason };
  }
}

/** Milliseconds since the epoch as RFC 3339 in UTC. */
export function timestamp(atMs: number): string {
  return new Date(atMs).toISOString();
}
