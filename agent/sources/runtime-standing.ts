import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { Observe } from '../observation.ts';
import type { Statement } from '../statement.ts';
import type { Tell } from '../telemetry/happening.ts';
import { timestamp } from './coverage.ts';
import type { RuntimeStep } from './runtime-state.ts';
import type { SafeSteps } from './safe-steps.ts';

/** What is watched by a socket on the node. */
export type WatchedRuntime = 'docker' | 'cri';

/** Why a watch ended. */
export interface RuntimeFailure {
  /** `timeout` for a runtime that is stuck, or else what the source calls it. */
  readonly code: string;
  readonly message: string;
}

export interface RuntimeStandingSettings {
  readonly watched: WatchedRuntime;
  readonly socketPath: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tell: Tell;
  /** How often a silent runtime is asked whether it is there. Default: 30 s. */
  readonly pingEveryMs?: number | undefined;
  /** Why nothing is watched after this failure; undefined where the runtime just ended the stream. */
  readonly gapReason: (failure: RuntimeFailure | undefined) => string;
}

/** A socket on the same machine costs little to try: half a second on average, three at most. */
const RECONNECT = { baseMs: 250, maxMs: 3_000 };

/**
 * How it stands with the watching of a runtime: it is tried again and again, and what is stated of it (that it began,
 * a gap, its end) is stated once.
 */
export class RuntimeStanding {
  readonly #settings: RuntimeStandingSettings;
  /** When the runtime last proved to be there. */
  #goodAtMs = 0;
  #hasBegun = false;
  /** The open gap: where it began, in the agent's time, and why. */
  #gap: { readonly fromMs: number; readonly reason: string } | undefined;
  #failures = 0;
  /** Whether the outage is told of: it is news once when it begins, and once when it is over. */
  #isTold = false;

  constructor(settings: RuntimeStandingSettings) {
    this.#settings = settings;
  }

  get goodAtMs(): number {
    return this.#goodAtMs;
  }

  /** Where the open gap began; undefined if there is none. */
  get gapFromMs(): number | undefined {
    return this.#gap?.fromMs;
  }

  /** The runtime has just proved to be there. Gives when. */
  good(): number {
    this.#goodAtMs = this.#settings.clock.now();
    return this.#goodAtMs;
  }

  /** Goes on where the agent before this one was last known to watch. */
  resumeFrom(goodAtMs: number): void {
    this.#gap = { fromMs: goodAtMs, reason: 'agent-restarted' };
    this.#goodAtMs = goodAtMs;
  }

  /** Watches, over and over, until the signal. @param watch resolves when a watch has ended, with why */
  async keepWatching(
    observe: Observe,
    watch: () => Promise<RuntimeFailure | undefined>,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, random } = this.#settings;
    while (!signal.aborted) {
      const failure = await watch();
      if (signal.aborted) break;
      this.#tellFailed(failure);
      await this.#absent(observe, failure);
      await clock.sleep(backoffMs(this.#failures, RECONNECT, random), signal);
      this.#failures += 1;
    }
  }

  /**
   * States that watching began, or ends the gap.
   *
   * @param found what the gap turned out to be, if it is known better now: with `missed` false nothing was missed in it
   */
  async began(
    observe: Observe,
    watchedAtMs: number,
    found?: { readonly reason: string; readonly missed: boolean },
  ): Promise<void> {
    const to = timestamp(watchedAtMs);
    if (this.#gap !== undefined) {
      const { reason, missed } = found ?? { reason: this.#gap.reason, missed: true };
      const from = timestamp(this.#gap.fromMs);
      const type = this.#hasBegun ? 'gap-closed' : 'recording-began';
      await this.say(observe, { type, from, to: missed ? to : from, reason });
    } else if (!this.#hasBegun) {
      await this.say(observe, { type: 'recording-began', to });
    }
    this.#hasBegun = true;
    this.#gap = undefined;
    this.#goodAtMs = watchedAtMs;
    this.#failures = 0;
    this.#tellRecovered();
  }

  /** States that the agent stops. Gives the last moment that was watched; undefined if there is none to save. */
  async stopped(observe: Observe): Promise<number | undefined> {
    const reason = 'agent-stopped';
    if (!this.#hasBegun && this.#gap !== undefined) {
      await this.say(observe, { type: 'recording-began', from: timestamp(this.#gap.fromMs), reason });
    } else if (this.#hasBegun && this.#gap === undefined) {
      const nowMs = this.#settings.clock.now();
      await this.say(observe, { type: 'gap-opened', from: timestamp(nowMs), reason });
      return nowMs;
    }
    return undefined;
  }

  /** States that one message was lost. */
  async dropped(observe: Observe, reason: string): Promise<void> {
    this.#settings.tell({ what: `${this.#settings.watched}-message-dropped`, reason });
    const at = timestamp(this.#goodAtMs);
    await this.say(observe, { type: 'events-dropped', from: at, to: at, reason, dropped: 1 });
  }

  /** A runtime that is stuck keeps its connections and says nothing: so it is asked. */
  async keepAsking(ask: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    const { clock, pingEveryMs = 30_000 } = this.#settings;
    while (!signal.aborted) {
      await clock.sleep(pingEveryMs, signal);
      if (signal.aborted) return;
      await ask();
      this.good();
    }
  }

  /** So that a successor knows until when nothing was missed, though nothing happened. */
  async stayAlive(
    steps: Pick<SafeSteps<RuntimeStep>, 'add'>,
    aliveEveryMs: number | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#settings;
    for (let goodAtMs = this.#goodAtMs; !signal.aborted; goodAtMs = clock.now()) {
      await steps.add(undefined, { goodAtMs });
      if (aliveEveryMs === undefined) return;
      await clock.sleep(aliveEveryMs, signal);
    }
  }

  async say(observe: Observe, statement: Omit<Statement, 'watched'>): Promise<void> {
    const { clock, watched } = this.#settings;
    const at = timestamp(clock.now());
    await observe({ at, source: 'agent', raw: { ...statement, watched } satisfies Statement });
  }

  /** States that nothing is watched from now on, once. */
  async #absent(observe: Observe, failure: RuntimeFailure | undefined): Promise<void> {
    const { clock, watched, gapReason } = this.#settings;
    if (this.#hasBegun && this.#gap === undefined) {
      const fromMs = failure?.code === 'timeout' ? this.#goodAtMs : clock.now();
      const reason = gapReason(failure);
      this.#gap = { fromMs, reason };
      await this.say(observe, { type: 'gap-opened', from: timestamp(fromMs), reason });
    } else if (!this.#hasBegun && this.#gap !== undefined) {
      const reason = `${watched}-unreachable`;
      await this.say(observe, { type: 'recording-began', from: timestamp(this.#gap.fromMs), reason });
      this.#hasBegun = true;
    }
  }

  #tellFailed(failure: RuntimeFailure | undefined): void {
    const { tell, watched, socketPath } = this.#settings;
    const isNews = !this.#isTold;
    this.#isTold = true;
    const { code, message: error } = failure ?? {};
    tell({ what: `${watched}-failed`, socketPath, code, error, isNews });
  }

  #tellRecovered(): void {
    const { tell, watched, socketPath } = this.#settings;
    if (!this.#isTold) return;
    this.#isTold = false;
    tell({ what: `${watched}-recovered`, socketPath });
  }
}
