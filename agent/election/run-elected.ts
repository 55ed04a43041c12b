import type { Tell } from '../telemetry/happening.ts';
import { type Attempt, Elector, type ElectionTiming, type ElectorSettings } from './elector.ts';

export interface ElectionSettings extends Omit<ElectorSettings, 'timing'> {
  /** `namespace/name`, for messages. */
  readonly lease: string;
  readonly random: () => number;
  readonly tell: Tell;
  readonly timing?: ElectionTiming;
}

/** The defaults of Kubernetes' own components. */
export const ELECTION_TIMING: ElectionTiming = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
};

/** client-go: a candidate waits up to 1.2 times as long more, so that many do not ask at the same moment. */
const JITTER = 1.2;

/**
 * Runs `lead` while this replica holds the lease, over and over, until `signal` is aborted. `lead` is to end soon after
 * its signal is aborted; the lease is given up only when it has, so that the next leader begins where this one ended.
 *
 * Nothing of this hinders two from leading at once for a moment if a process is stopped and goes on (no fencing): both
 * then record the same events, which are stored once.
 *
 * @throws what `lead` rejects with
 */
export async function runElected(
  settings: ElectionSettings,
  lead: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const election = new Election(settings);
  while (await election.won(signal)) {
    const reign = new AbortController();
    const leading = lead(AbortSignal.any([signal, reign.signal])).finally(() => reign.abort());
    const holding = election.held(reign.signal).finally(() => reign.abort());
    const [held, led] = await Promise.allSettled([holding, leading]);
    // A leader that failed gives way as well.
    await election.giveUp();
    if (held.status === 'rejected') throw held.reason;
    if (led.status === 'rejected') throw led.reason;
    election.ended(signal.aborted ? 'it was told to stop' : held.value);
  }
}

class Election {
  readonly #settings: ElectionSettings;
  readonly #timing: ElectionTiming;
  readonly #elector: Elector;
  #leader: string | undefined;
  #isFailing = false;

  constructor(settings: ElectionSettings) {
    this.#settings = settings;
    this.#timing = settings.timing ?? ELECTION_TIMING;
    this.#elector = new Elector({ ...settings, timing: this.#timing });
  }

  /** Waits until this replica holds the lease; false once `signal` is aborted. */
  async won(signal: AbortSignal): Promise<boolean> {
    const { steady, random, lease, identity, tell } = this.#settings;
    const { retryPeriodMs } = this.#timing;
    while (!signal.aborted) {
      if (this.#judged(await this.#elector.attempt(this.#timeoutMs, signal), signal)) {
        if (signal.aborted) {
          await this.giveUp();
          return false;
        }
        this.#leader = identity;
        tell({ what: 'leading-began', lease, identity });
        return true;
      }
      await steady.sleep(retryPeriodMs * (1 + JITTER * random()), signal);
    }
    return false;
  }

  /** Renews the lease until it is lost, and says why it was; or until `signal` is aborted. */
  async held(signal: AbortSignal): Promise<string> {
    const { steady } = this.#settings;
    while (!signal.aborted) {
      const waitMs = Math.min(this.#timing.retryPeriodMs, this.#elector.mayLeadForMs);
      if (waitMs > 0) await steady.sleep(waitMs, signal);
      const leftMs = this.#elector.mayLeadForMs;
      if (signal.aborted) break;
      if (leftMs <= 0) {
        return `the lease could not be renewed for ${this.#timing.renewDeadlineMs / 1000} s`;
      }
      const attempt = await this.#elector.attempt(Math.min(leftMs, this.#timeoutMs), signal);
      if (attempt.kind === 'held-by-other') return `${attempt.holder} holds the lease`;
      this.#judged(attempt, signal);
    }
    return 'it ended';
  }

  ended(why: string): void {
    const { tell, lease, identity } = this.#settings;
    this.#leader = undefined;
    tell({ what: 'leading-ended', lease, identity, why });
  }

  async giveUp(): Promise<void> {
    // Even when we are told to stop: without this the others wait for the lease to end.
    await this.#elector.release(this.#timeoutMs, new AbortController().signal);
  }

  get #timeoutMs(): number {
    // client-go's callers set half of the deadline, so that one slow answer leaves time for another try.
    return this.#timing.renewDeadlineMs / 2;
  }

  /** Tells of what is new, and gives whether the lease is ours. */
  #judged(attempt: Attempt, signal: AbortSignal): boolean {
    const { tell, lease } = this.#settings;
    if (attempt.kind === 'failed') {
      if (!signal.aborted) {
        tell({ what: 'election-failed', lease, error: attempt.error, isNews: !this.#isFailing });
        this.#isFailing = true;
      }
      return false;
    }
    this.#isFailing = false;
    if (attempt.kind === 'held-by-other' && attempt.holder !== this.#leader) {
      this.#leader = attempt.holder;
      tell({ what: 'following', lease, leader: attempt.holder });
    }
    return attempt.kind === 'held';
  }
}
