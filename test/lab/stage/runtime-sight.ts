/** What the runtime's list of containers shows to anyone who looks often: which ran, and from when to when. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ListContainers, ListedContainer } from './listed.ts';

/** One execution of a container or sandbox, as far as looking at the list tells. Times are ms since the epoch. */
export interface SeenRun {
  readonly id: string;
  readonly podName: string;
  readonly podUid: string;
  readonly container: string;
  readonly role: 'container' | 'sandbox';
  readonly attempt: number;
  /** When the look that first showed it was answered. */
  readonly firstSeenMs: number;
  /** The beginning of the last look before which it did not run yet. */
  notRunningBeforeMs: number;
  /** The end of the first look that showed it running, or ended. */
  startedByMs?: number;
  /** The beginning of the last look that showed it running. */
  runningUntilMs?: number;
  /** The end of the first look that showed it no longer running. */
  endedByMs?: number;
}

const LOOK_EVERY_MS = 100;
export class RuntimeSight {
  readonly #list: ListContainers;
  readonly #runs: SeenRun[] = [];
  readonly #stop = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #lastLookMs = Date.now();
  #changedMs = Date.now();

  constructor(list: ListContainers) {
    this.#list = list;
  }

  start(): void {
    this.#looking = this.#look();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#looking;
  }

  /** When something was last seen to change, in ms since the epoch. */
  get changedMs(): number {
    return this.#changedMs;
  }

  /** The runs of one container of a pod, in order. */
  runsOf(podUid: string, container: string): readonly SeenRun[] {
    return this.#runs.filter((run) => run.podUid === podUid && run.container === container);
  }

  get all(): readonly SeenRun[] {
    return this.#runs;
  }

  /** Notes that a container that keeps its ID was restarted between two moments. */
  again(id: string, fromMs: number, toMs: number): void {
    const run = this.#runs.findLast((one) => one.id === id);
    if (run === undefined) throw new Error(`container ${id} was never seen`);
    run.runningUntilMs = Math.min(run.runningUntilMs ?? fromMs, fromMs);
    run.endedByMs = Math.min(run.endedByMs ?? toMs, toMs);
    this.#runs.push({
      id,
      podName: run.podName,
      podUid: run.podUid,
      container: run.container,
      role: run.role,
      attempt: run.attempt,
      firstSeenMs: toMs,
      notRunningBeforeMs: fromMs,
      startedByMs: toMs,
      runningUntilMs: toMs,
    });
  }

  async #look(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const askedMs = Date.now();
      const listed = await this.#list().catch(() => undefined);
      // A runtime that does not answer shows nothing, neither that a container runs nor that it does not.
      if (listed !== undefined) this.#see(listed, askedMs, Date.now());
      await sleep(LOOK_EVERY_MS);
    }
  }

  #see(listed: readonly ListedContainer[], askedMs: number, answeredMs: number): void {
    const present = new Set(listed.map(({ id }) => id));
    for (const container of listed) this.#seeOne(container, askedMs, answeredMs);
    for (const run of this.#runs) {
      if (present.has(run.id) || run.endedByMs !== undefined) continue;
      run.startedByMs ??= answeredMs;
      run.endedByMs = answeredMs;
      this.#changedMs = answeredMs;
    }
    this.#lastLookMs = askedMs;
  }

  #seeOne({ state, ...listed }: ListedContainer, askedMs: number, answeredMs: number): void {
    let run = this.#runs.findLast(({ id }) => id === listed.id);
    if (run === undefined) {
      run = { ...listed, firstSeenMs: answeredMs, notRunningBeforeMs: this.#lastLookMs };
      this.#runs.push(run);
      this.#changedMs = answeredMs;
    }
    if (state === 'running') {
      if (run.startedByMs === undefined) this.#changedMs = answeredMs;
      run.startedByMs ??= answeredMs;
      run.runningUntilMs = askedMs;
    } else if (state === 'created') {
      run.notRunningBeforeMs = askedMs;
    } else if (run.endedByMs === undefined) {
      run.startedByMs ??= answeredMs;
      run.endedByMs = answeredMs;
      this.#changedMs = answeredMs;
    }
  }
}
