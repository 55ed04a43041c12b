import type { Clock } from '../clock.ts';
import { KubernetesApiError } from '../sources/kubernetes-api.ts';
import { type LeaseObject, type LeaseRecord, microTime, readLease, withRecord } from './lease.ts';
import type { LeaseStore } from './lease-store.ts';

export interface ElectorSettings {
  readonly store: LeaseStore;
  /** Tells this candidate from every other one, also from an earlier process on the same host. */
  readonly identity: string;
  /** Time that only ever goes forward, at its own pace: nothing is decided by the time of day. */
  readonly steady: Clock;
  /** The time of day, in milliseconds since the epoch; written for people to read. */
  readonly now: () => number;
  readonly timing: ElectionTiming;
}

/** The rules of client-go's leaderelection, with its names and defaults. */
export interface ElectionTiming {
  /** How long others wait after the last sign of life before they take the lease. */
  readonly leaseDurationMs: number;
  /** How long a leader tries to renew before it stops leading; less than the above, so that there are never two. */
  readonly renewDeadlineMs: number;
  /** The time between two tries. */
  readonly retryPeriodMs: number;
}

export type Attempt =
  | { readonly kind: 'held' }
  | { readonly kind: 'held-by-other'; readonly holder: string }
  | { readonly kind: 'failed'; readonly error: Error };

/**
 * One candidate's view of the lease. As in client-go, another's times are never compared with our clock: only that
 * its record changed is a sign of life, and how long it has not changed is measured here. So any difference between
 * the clocks does no harm; one that runs half again as fast as another would (15 s to 10 s).
 */
export class Elector {
  readonly #settings: ElectorSettings;
  #observed: LeaseRecord | undefined;
  /** When the observed record was first seen, in steady time. */
  #observedAtMs = Number.NEGATIVE_INFINITY;
  /** The object as we wrote it last: as long as nobody else writes, there is no need to read it again. */
  #own: LeaseObject | undefined;
  /** When the request that renewed the lease last was begun, in steady time. */
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(settings: ElectorSettings) {
    this.#settings = settings;
  }

  /** How long this candidate may go on leading without renewing, in milliseconds. */
  get mayLeadForMs(): number {
    const { steady, timing } = this.#settings;
    return this.#renewedAtMs + timing.renewDeadlineMs - steady.now();
  }

  /** Tries once to take or renew the lease. @param timeoutMs how long it may take */
  async attempt(timeoutMs: number, signal: AbortSignal): Promise<Attempt> {
    return this.#bounded(timeoutMs, signal, (bounded) => this.#takeOrRenew(bounded));
  }

  /** Gives the lease up, so that others need not wait; if we hold it. */
  async release(timeoutMs: number, signal: AbortSignal): Promise<Attempt> {
    const own = this.#own;
    if (own === undefined) return { kind: 'held' };
    this.#own = undefined;
    return this.#bounded(timeoutMs, signal, async (bounded) => {
      const renewTime = microTime(this.#settings.now());
      const record = { ...readLease(own), holder: '', durationMs: 1_000, renewTime };
      await this.#settings.store.update(withRecord(own, record), bounded);
      this.#renewedAtMs = Number.NEGATIVE_INFINITY;
      return { kind: 'held' };
    });
  }

  async #takeOrRenew(signal: AbortSignal): Promise<Attempt> {
    const own = this.#own;
    if (own === undefined) return this.#takeOrRenewFrom(await this.#settings.store.get(signal), signal);
    try {
      return await this.#takeOrRenewFrom(own, signal);
    } catch (error) {
      if (!isConflict(error)) throw error;
      // Somebody wrote to it: a person, or a new leader while we stood still.
      return this.#takeOrRenewFrom(await this.#settings.store.get(signal), signal);
    }
  }

  async #takeOrRenewFrom(found: LeaseObject | undefined, signal: AbortSignal): Promise<Attempt> {
    const { store, identity, steady, now, timing } = this.#settings;
    const begunAtMs = steady.now();
    const time = microTime(now());
    const fresh = {
      holder: identity,
      durationMs: timing.leaseDurationMs,
      acquireTime: time,
      renewTime: time,
    };
    if (found === undefined) {
      const record = { ...fresh, transitions: 0 };
      return this.#took(await store.create(withRecord({}, record), signal), begunAtMs);
    }
    const current = readLease(found);
    const isOurs = current.holder === identity;
    if (!isOurs) {
      this.#own = undefined;
      if (this.#isAlive(current)) return { kind: 'held-by-other', holder: current.holder };
    }
    const record = isOurs
      ? { ...fresh, acquireTime: current.acquireTime, transitions: current.transitions }
      : { ...fresh, transitions: current.transitions + 1 };
    return this.#took(await store.update(withRecord(found, record), signal), begunAtMs);
  }

  /** Whether another holder has shown a sign of life within its lease. */
  #isAlive(current: LeaseRecord): boolean {
    const { steady, timing } = this.#settings;
    if (JSON.stringify(current) !== JSON.stringify(this.#observed)) {
      this.#observed = current;
      this.#observedAtMs = steady.now();
    }
    if (current.holder === '') return false;
    return steady.now() - this.#observedAtMs < (current.durationMs ?? timing.leaseDurationMs);
  }

  #took(object: LeaseObject, begunAtMs: number): Attempt {
    this.#own = object;
    // Others see it at the earliest when it was sent: from there our time runs, not from the answer.
    this.#renewedAtMs = begunAtMs;
    return { kind: 'held' };
  }

  async #bounded(
    timeoutMs: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Attempt>,
  ): Promise<Attempt> {
    const tooLate = new AbortController();
    const done = new AbortController();
    void this.#expire(timeoutMs, AbortSignal.any([signal, done.signal]), tooLate);
    try {
      return await work(AbortSignal.any([signal, tooLate.signal]));
    } catch (error) {
      // What we know of the object may be old now; or our write went through although the answer did not.
      this.#own = undefined;
      if (isConflict(error)) {
        return { kind: 'failed', error: new Error('another replica wrote it at the same time') };
      }
      return { kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) };
    } finally {
      done.abort();
    }
  }

  async #expire(timeoutMs: number, over: AbortSignal, tooLate: AbortController): Promise<void> {
    await this.#settings.steady.sleep(timeoutMs, over);
    if (!over.aborted) tooLate.abort(new Error(`no answer within ${timeoutMs / 1000} s`));
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof KubernetesApiError && error.status.code === 409;
}
