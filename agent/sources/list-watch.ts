import type { Observe, Source } from '../observation.ts';
import type { Statement } from '../statement.ts';
import { checkConsistency } from './consistency.ts';
import { Coverage, timestamp } from './coverage.ts';
import { FailureCount } from './failure-count.ts';
import { isNews, type KnownObject, vanishedFrom } from './known-objects.ts';
import { KubernetesApiError, KubernetesUnreachableError } from './kubernetes-api.ts';
import { classify, type RelistReason, type Verdict } from './kubernetes-failure.ts';
import { type ListSettings, listPages } from './list-pages.ts';
import { type ListWatchParts, TUNING, type Tuning } from './list-watch-parts.ts';
import { merged, type WatchStep } from './list-watch-state.ts';
import { OutageLog, type WatchedPlace } from './outage-log.ts';
import { SafeSteps } from './safe-steps.ts';
import { type ObjectMeta, tryReadMeta, type WatchFrame, WatchFrameError } from './watch-frame.ts';
import { type Settled, ShortWatchError, watchFrames } from './watch-stream.ts';
import type { FrameType, WatchedResource } from './watched-resource.ts';

/**
 * Keeps a list-watch of one resource going, whatever the API server does.
 *
 * It promises: every revision that a watch sends is observed, in order, before the version moves past it; a watch
 * that breaks goes on from that version; where that is no longer possible, a list tells what changed and what is
 * gone, by UID, and a statement tells which stretch was not watched. It ends only when it is told to, or when
 * `observe` fails.
 */
export class ListWatch implements Source {
  readonly name: 'pod' | 'event';
  readonly #resource: WatchedResource;
  readonly #parts: ListWatchParts;
  readonly #tuning: Tuning;
  readonly #outage: OutageLog;
  readonly #unreachable: FailureCount;
  readonly #refused: FailureCount;
  #known = new Map<string, KnownObject>();
  #coverage: Coverage;
  #resourceVersion: string | undefined;
  #relistReason: RelistReason = 'watch-expired';
  #shortWatches = 0;
  #checkedAtMs: number;
  /** Whether the server had begun to answer when an attempt failed. */
  #begun = false;
  readonly #failure = new AbortController();
  readonly #steps: SafeSteps<WatchStep>;

  constructor(resource: WatchedResource, parts: ListWatchParts) {
    this.name = resource.source;
    this.#resource = resource;
    this.#parts = parts;
    this.#tuning = { ...TUNING, ...parts.tuning };
    this.#checkedAtMs = this.#now();
    this.#coverage = this.#coverageFrom(undefined);
    this.#outage = new OutageLog(parts.tell, this.#place);
    this.#unreachable = new FailureCount(this.#tuning.unreachable, parts.random);
    this.#refused = new FailureCount(this.#tuning.refused, parts.random);
    this.#steps = new SafeSteps({
      maxAhead: this.#tuning.maxAhead,
      follow: (steps) => parts.state.save(merged(steps)),
      failed: (error) => this.#failure.abort(error),
    });
  }

  async run(observe: Observe, stop: AbortSignal): Promise<void> {
    await this.#load();
    const signal = AbortSignal.any([stop, this.#failure.signal]);
    const ended = new AbortController();
    const alive = this.#stayAlive(AbortSignal.any([signal, ended.signal]));
    // What it fails on is what `#failure` ends the watch with.
    alive.catch(() => {});
    try {
      await this.#keepWatching(observe, signal);
      this.#failure.signal.throwIfAborted();
      const stoppedAtMs = this.#now();
      const isGood = this.#coverage.isWatched;
      await this.#say(this.#coverage.stopped(stoppedAtMs), observe);
      if (isGood) await this.#steps.add(undefined, { goodAtMs: stoppedAtMs });
      await this.#steps.settled();
    } finally {
      ended.abort();
      await alive;
    }
  }

  async #keepWatching(observe: Observe, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#begun = false;
      try {
        if (this.#resourceVersion === undefined) await this.#list(observe, signal);
        await this.#watch(this.#resourceVersion ?? '', observe, signal);
      } catch (error) {
        if (signal.aborted && error === signal.reason) break;
        this.#shortWatches = error instanceof ShortWatchError ? this.#shortWatches + 1 : 0;
        const verdict = classify(error, this.#shortWatches);
        if (verdict === undefined || !(error instanceof Error)) throw error;
        const delayMs = await this.#judge(verdict, error, observe);
        await this.#pause(delayMs, observe, signal);
      }
    }
  }

  /** So that a successor knows until when nothing was missed, though nothing happened. */
  async #stayAlive(signal: AbortSignal): Promise<void> {
    const { clock, state } = this.#parts;
    if (state.aliveEveryMs === undefined) return;
    while (!signal.aborted) {
      await clock.sleep(state.aliveEveryMs, signal);
      if (signal.aborted || !this.#coverage.isWatched) continue;
      await this.#steps.add(undefined, { goodAtMs: this.#now() });
    }
  }

  async #load(): Promise<void> {
    const position = await this.#parts.state.load();
    this.#known = new Map(position?.known);
    this.#resourceVersion = position?.resourceVersion;
    this.#coverage = this.#coverageFrom(this.#resourceVersion === undefined ? undefined : position?.goodAtMs);
  }

  async #list(observe: Observe, signal: AbortSignal): Promise<void> {
    const uids = new Set<string>();
    let snapshot: { readonly atMs: number; readonly resourceVersion: string } | undefined;
    let unreadable = 0;
    for await (const page of listPages(this.#listSettings, signal)) {
      this.#begun = true;
      // Later pages show the same moment as the first: what changes meanwhile comes with the watch.
      snapshot ??= { atMs: this.#now(), resourceVersion: page.resourceVersion };
      for (const item of page.items) {
        const meta = tryReadMeta(item);
        if (meta === undefined) unreadable += 1;
        else {
          uids.add(meta.uid);
          if (isNews(this.#known, meta)) await this.#take('LISTED', meta, item, observe);
        }
      }
    }
    if (snapshot === undefined) return;
    const { atMs, resourceVersion } = snapshot;
    for (const { uid, namespace, name } of vanishedFrom(this.#known, uids)) {
      const meta = { uid, namespace, name, resourceVersion };
      await this.#take('VANISHED', meta, { metadata: meta }, observe);
    }
    this.#outage.over(this.#now());
    if (unreadable > 0) await this.#dropped(unreadable, 'frame-malformed', observe);
    await this.#say(this.#coverage.listed(atMs, this.#relistReason), observe);
    this.#move(resourceVersion);
    await this.#steps.add(undefined, { resourceVersion, goodAtMs: atMs });
  }

  async #watch(resourceVersion: string, observe: Observe, signal: AbortSignal): Promise<void> {
    const { client, clock, random } = this.#parts;
    const { path, query } = this.#resource;
    const { maxFrameBytes, settleMs, watchSeconds } = this.#tuning;
    const { min, max } = watchSeconds;
    const timeoutSeconds = min + Math.floor(random() * (max - min + 1));
    const settings = { client, path, query, clock, maxFrameBytes, settleMs, resourceVersion, timeoutSeconds };
    for await (const frames of watchFrames(settings, signal)) {
      for (const frame of frames) {
        const taken = this.#follow(frame, observe);
        // There is mostly nothing to wait for, and 5,000 frames a second.
        if (taken !== undefined) await taken;
        const statement = this.#good();
        if (statement !== undefined) await this.#say(statement, observe);
      }
    }
    this.#shortWatches = 0;
    await this.#say(this.#good(), observe);
    await this.#check(signal);
  }

  /** Only between two watches is it known at which version the known objects stand. */
  async #check(signal: AbortSignal): Promise<void> {
    const nowMs = this.#now();
    const isDue = nowMs - this.#checkedAtMs >= this.#tuning.checkEveryMs;
    if (!isDue || !this.#resource.tellsVanished || this.#resourceVersion === undefined) return;
    this.#checkedAtMs = nowMs;
    await checkConsistency(this.#listSettings, this.#resourceVersion, this.#known, signal);
  }

  /** Gives a promise only where there is something to wait for. */
  #follow(frame: WatchFrame | Settled, observe: Observe): Promise<void> | undefined {
    switch (frame.type) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED':
        return this.#take(frame.type, frame.meta, frame.raw.object, observe, frame.raw);
      case 'BOOKMARK':
        this.#move(frame.resourceVersion);
        return this.#steps.add(undefined, {
          resourceVersion: frame.resourceVersion,
          goodAtMs: this.#now(),
        });
      case 'SETTLED':
        return undefined;
      case 'ERROR':
        throw new KubernetesApiError(frame.status);
      case 'UNKNOWN':
        this.#parts.tell({ what: 'frame-unknown', ...this.#place, type: frame.name });
        return undefined;
    }
  }

  /**
   * Observes a frame if it is of interest; it is known, and the saved version moves past it, once that is safe. Gives
   * a promise only where too much is not safe yet.
   */
  #take(
    type: FrameType,
    { uid, namespace, name, resourceVersion }: ObjectMeta,
    object: unknown,
    observe: Observe,
    raw: unknown = { type, object },
  ): Promise<void> | undefined {
    const { source, observes, tellsVanished } = this.#resource;
    const nowMs = this.#now();
    const isObserved = observes(type, object) && (tellsVanished || type !== 'VANISHED');
    const safe = isObserved ? observe({ at: timestamp(nowMs), source, raw }) : undefined;
    // While a list is under way the old version stands: the list's own is reached only when it is complete.
    const isListing = type === 'LISTED' || type === 'VANISHED';
    if (!isListing) this.#move(resourceVersion);
    const reached = isListing ? { goodAtMs: this.#coverage.goodAtMs } : { goodAtMs: nowMs, resourceVersion };
    if (type === 'DELETED' || type === 'VANISHED') {
      this.#known.delete(uid);
      return this.#steps.add(safe, { ...reached, changes: [{ uid }] });
    }
    if (!tellsVanished && !isObserved) return undefined;
    const known = tellsVanished
      ? { namespace, name, resourceVersion }
      : { namespace: '', name: '', resourceVersion };
    this.#known.set(uid, known);
    return this.#steps.add(safe, { ...reached, changes: [{ uid, object: known }] });
  }

  /** Nothing was missed until now; gives what follows from that. */
  #good(): Statement | undefined {
    const nowMs = this.#now();
    this.#begun = true;
    this.#outage.over(nowMs);
    return this.#coverage.good(nowMs);
  }

  /** Does what follows from a failure, and gives the wait before the next attempt, in milliseconds. */
  async #judge(verdict: Verdict, error: Error, observe: Observe): Promise<number> {
    const nowMs = this.#now();
    switch (verdict.action) {
      case 'relist':
        this.#parts.tell({ what: 'watch-expired', ...this.#place, reason: verdict.reason, error });
        if (error instanceof WatchFrameError) await this.#dropped(1, error.code, observe);
        this.#resourceVersion = undefined;
        this.#relistReason = verdict.reason;
        return this.#unreachable.next(nowMs);
      case 'retry':
      case 'retry-slowly': {
        this.#coverage.failed(nowMs, verdict.reason);
        this.#outage.failed(
          nowMs,
          verdict.reason,
          error,
          this.#begun && error instanceof KubernetesUnreachableError,
        );
        const count = verdict.action === 'retry' ? this.#unreachable : this.#refused;
        const retryAfterMs = verdict.action === 'retry' ? (verdict.retryAfterMs ?? 0) : 0;
        // On top of what the server wishes, so that not all who were told the same return at the same moment.
        return retryAfterMs + count.next(nowMs);
      }
    }
  }

  /** Waits, and states a gap when its time comes. */
  async #pause(delayMs: number, observe: Observe, signal: AbortSignal): Promise<void> {
    const untilMs = this.#now() + delayMs;
    for (let nowMs = this.#now(); !signal.aborted; nowMs = this.#now()) {
      const dueMs = this.#coverage.gapDueAtMs ?? Number.POSITIVE_INFINITY;
      if (nowMs >= dueMs) await this.#say(this.#coverage.openGap(), observe);
      else if (nowMs >= untilMs) return;
      else await this.#parts.clock.sleep(Math.min(untilMs, dueMs) - nowMs, signal);
    }
  }

  async #dropped(dropped: number, reason: string, observe: Observe): Promise<void> {
    await this.#say({ type: 'events-dropped', watched: this.name, dropped, reason }, observe);
  }

  async #say(statement: Statement | undefined, observe: Observe): Promise<void> {
    if (statement === undefined) return;
    await observe({ at: timestamp(this.#now()), source: 'agent', raw: statement });
  }

  #coverageFrom(goodAtMs: number | undefined): Coverage {
    const { lossToleranceMs } = this.#resource;
    const { gapAfterMs } = this.#tuning;
    return new Coverage({ watched: this.name, gapAfterMs, lossToleranceMs }, goodAtMs);
  }

  #move(resourceVersion: string): void {
    this.#resourceVersion = resourceVersion;
    this.#parts.tell({ what: 'version-moved', source: this.name, atMs: this.#now() });
  }

  get #listSettings(): ListSettings {
    const { client, clock } = this.#parts;
    const { path, query } = this.#resource;
    const { pageLimit: limit, maxPageBytes, answerTimeoutMs } = this.#tuning;
    return { client, path, query, limit, maxPageBytes, clock, answerTimeoutMs };
  }

  get #place(): WatchedPlace {
    const { source, resource } = this.#resource;
    return { source, server: this.#parts.client.server, resource };
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}
