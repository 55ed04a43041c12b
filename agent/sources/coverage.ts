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

interface Failure {
  readonly sinceMs: number;
  readonly reason: OutageReason;
}

type State =
  | { readonly name: 'not-begun' }
  /** Another process watched before, until `goodAtMs`; it is not known yet what its end has cost. */
  | { readonly name: 'succeeding'; readonly failure?: Failure }
  | { readonly name: 'watched' }
  | { readonly name: 'failing'; readonly failure: Failure }
  | { readonly name: 'gap' };

type Reason = OutageReason | RelistReason | 'resumed' | 'agent-stopped';

/**
 * Which statements follow from what happens to a watch. A gap reaches from the last moment at which nothing was
 * missed. It is stated early, when the API stays out of reach, and closed with what it turned out to be: with no
 * length if the watch went on where it was, with its whole length if there was a list between.
 *
 * A process that follows another says with `recording-began` until when the other's watching counts (`from`: one that
 * was killed could not say it) and from when its own does (`to`): the same moment if nothing was lost between.
 *
 * All times are in milliseconds since the epoch, of the agent's clock.
 */
export class Coverage {
  readonly #settings: CoverageSettings;
  #state: State = { name: 'not-begun' };
  #goodAtMs = 0;

  /** @param goodAtMs the last good moment of an earlier process; undefined for none */
  constructor(settings: CoverageSettings, goodAtMs?: number) {
    this.#settings = settings;
    if (goodAtMs !== undefined) {
      this.#state = { name: 'succeeding' };
      this.#goodAtMs = goodAtMs;
    }
  }

  /** Whether nothing speaks against it that the source is being watched. */
  get isWatched(): boolean {
    return this.#state.name === 'watched';
  }

  get goodAtMs(): number {
    return this.#goodAtMs;
  }

  /** The watch brought something, or ended as it should: nothing was missed until now. */
  good(atMs: number): Statement | undefined {
    const { name } = this.#state;
    if (name === 'not-begun') return undefined;
    const goodAtMs = this.#goodAtMs;
    this.#state = { name: 'watched' };
    this.#goodAtMs = atMs;
    if (name === 'succeeding') return this.#succeeded(goodAtMs, 'resumed', goodAtMs);
    return name === 'gap' ? this.#closed(goodAtMs, goodAtMs, 'resumed') : undefined;
  }

  failed(atMs: number, reason: OutageReason): void {
    switch (this.#state.name) {
      case 'watched':
        this.#state = { name: 'failing', failure: { sinceMs: atMs, reason } };
        break;
      case 'failing':
      case 'succeeding':
        this.#state = {
          name: this.#state.name,
          failure: { sinceMs: this.#state.failure?.sinceMs ?? atMs, reason },
        };
        break;
      case 'not-begun':
      case 'gap':
        break;
    }
  }

  /** When `openGap` is due, if things stay as they are. */
  get gapDueAtMs(): number | undefined {
    const failure = this.#failure;
    return failure === undefined ? undefined : failure.sinceMs + this.#settings.gapAfterMs;
  }

  openGap(): Statement | undefined {
    const { name } = this.#state;
    const failure = this.#failure;
    if (failure === undefined) return undefined;
    this.#state = { name: 'gap' };
    if (name === 'succeeding') return this.#succeeded(this.#goodAtMs, failure.reason);
    return this.#opened(this.#goodAtMs, failure.reason);
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
    const toMs = lost ? Math.max(fromMs, snapshotAtMs) : fromMs;
    if (before === 'succeeding') return this.#succeeded(fromMs, reason, toMs);
    return lost || before === 'gap' ? this.#closed(fromMs, toMs, reason) : undefined;
  }

  /** The agent stops on purpose. */
  stopped(atMs: number): Statement | undefined {
    const { name } = this.#state;
    if (name === 'not-begun' || name === 'gap') return undefined;
    this.#state = { name: 'gap' };
    if (name === 'succeeding') return this.#succeeded(this.#goodAtMs, 'agent-stopped');
    if (name === 'watched') this.#goodAtMs = atMs;
    return this.#opened(this.#goodAtMs, 'agent-stopped');
  }

  get #failure(): Failure | undefined {
    return this.#state.name === 'failing' || this.#state.name === 'succeeding'
      ? this.#state.failure
      : undefined;
  }

  /** @param toMs from when on it is watched again; undefined if it is not */
  #succeeded(fromMs: number, reason: Reason, toMs?: number): Statement {
    const { watched } = this.#settings;
    const to = toMs === undefined ? {} : { to: timestamp(toMs) };
    return { type: 'recording-began', watched, from: timestamp(fromMs), ...to, reason };
  }

  #opened(fromMs: number, reason: Reason): Statement {
    return { type: 'gap-opened', watched: this.#settings.watched, from: timestamp(fromMs), reason };
  }

  #closed(fromMs: number, toMs: number, reason: Reason): Statement {
    const { watched } = this.#settings;
    return { type: 'gap-closed', watched, from: timestamp(fromMs), to: timestamp(toMs), reason };
  }
}

let last = { atMs: 0, text: new Date(0).toISOString() };

/** Milliseconds since the epoch as RFC 3339 in UTC. In a flood, many in a row are the same: that one is kept. */
export function timestamp(atMs: number): string {
  if (atMs !== last.atMs) last = { atMs, text: new Date(atMs).toISOString() };
  return last.text;
}
