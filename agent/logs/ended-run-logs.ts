import { ChangeSignal } from '../change-signal.ts';
import type { Clock } from '../clock.ts';
import type { Observe } from '../observation.ts';
import { timestamp } from '../sources/coverage.ts';
import { KubernetesApiError, type KubernetesClient } from '../sources/kubernetes-api.ts';
import type { LogOutcome, Tell } from '../telemetry/happening.ts';
import { isRaw } from '../trim/readers.ts';
import { type EndedRun, endedRunsOf, hasEndedRun } from './ended-run.ts';
import { readPreviousLog } from './read-log.ts';

/** How much of a log is sent. */
export interface LogBounds {
  readonly lines: number;
  readonly maxBytes: number;
}

export interface EndedRunLogsParts {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly tell: Tell;
  readonly bounds: LogBounds;
}

/** What is observed: what the kubelet gave, untouched, and what trimming needs to know of it. */
export interface EndedRunLog extends EndedRun {
  readonly maxLines: number;
  readonly maxBytes: number;
  readonly text: string;
}

const CONCURRENCY = 2;
const MAX_WAITING = 64;
/** The kubelet's back-off leaves room for four or five restarts in the first minute of a crash loop. */
const MAX_PER_POD = 6;
const PER_MS = 60_000;
/** A run that ended before that is of a restart that somebody else told of, or nobody will look into any more. */
const MAX_AGE_MS = 3_600_000;
/** Of how many containers it is remembered for which run they were asked last. */
const MAX_REMEMBERED = 20_000;

/**
 * Reads the logs of runs that ended, beside the watch that tells of them: it never holds that up, and what cannot be had
 * is told and left out.
 */
export class EndedRunLogs {
  readonly #parts: EndedRunLogsParts;
  readonly #waiting: EndedRun[] = [];
  readonly #changed = new ChangeSignal();
  /** The run that each container was asked for last. */
  readonly #asked = new Map<string, string>();
  /** When each pod was asked, within the last minute. */
  readonly #times = new Map<string, number[]>();
  #isForbidden = false;

  constructor(parts: EndedRunLogsParts) {
    this.#parts = parts;
  }

  /** Looks at a pod's frame for runs whose log was not yet asked for. It waits for nothing. */
  look(frame: unknown): void {
    if (!isRaw(frame) || frame['type'] === 'DELETED' || !isRaw(frame['object'])) return;
    if (!hasEndedRun(frame['object'])) return;
    for (const run of endedRunsOf(frame['object'])) if (this.#isNews(run)) this.#enqueue(run);
  }

  /** Reads until `signal` is aborted. @throws what `observe` rejects with */
  async run(observe: Observe, signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: CONCURRENCY }, () => this.#work(observe, signal)));
  }

  #isNews({ pod, container, containerId, finishedAt }: EndedRun): boolean {
    const key = `${pod.uid}/${container}`;
    if (this.#asked.get(key) === containerId) return false;
    remember(this.#asked, key, containerId);
    return this.#parts.clock.now() - Date.parse(finishedAt) <= MAX_AGE_MS;
  }

  #enqueue(run: EndedRun): void {
    if (this.#waiting.length >= MAX_WAITING || !this.#mayAsk(run.pod.uid)) return this.#say('left-out');
    this.#waiting.push(run);
    this.#changed.tell();
  }

  #mayAsk(uid: string): boolean {
    const nowMs = this.#parts.clock.now();
    const recent = (this.#times.get(uid) ?? []).filter((atMs) => nowMs - atMs < PER_MS);
    if (recent.length >= MAX_PER_POD) return false;
    remember(this.#times, uid, [...recent, nowMs]);
    return true;
  }

  async #work(observe: Observe, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#changed.until(() => this.#waiting.length > 0, signal);
      const run = signal.aborted ? undefined : this.#waiting.shift();
      const log = run && (await this.#read(run, signal));
      if (log !== undefined) {
        await observe({ at: timestamp(this.#parts.clock.now()), source: 'log', raw: log });
      }
    }
  }

  async #read(run: EndedRun, signal: AbortSignal): Promise<EndedRunLog | undefined> {
    const { client, clock, bounds } = this.#parts;
    try {
      const text = await readPreviousLog(client, clock, run, bounds.lines, signal);
      // The container restarted once more meanwhile: this may be the log of the run between.
      if (this.#asked.get(`${run.pod.uid}/${run.container}`) !== run.containerId) this.#say('left-out');
      else if (text === '') this.#say('empty');
      else {
        this.#say('read');
        return { ...run, maxLines: bounds.lines, maxBytes: bounds.maxBytes, text };
      }
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#say(outcomeOf(error), error instanceof Error ? error.message : String(error));
    }
    return undefined;
  }

  #say(outcome: LogOutcome, error?: string): void {
    const isNews = outcome === 'forbidden' && !this.#isForbidden;
    if (outcome === 'forbidden' || outcome === 'read') this.#isForbidden = outcome === 'forbidden';
    this.#parts.tell({ what: 'log-asked', outcome, isNews, error });
  }
}

/** The kubelet answers 400 for a container whose log is gone, the API server 404 for a pod that is. */
function outcomeOf(error: unknown): LogOutcome {
  if (!(error instanceof KubernetesApiError)) return 'failed';
  const { code } = error.status;
  if (code === 401 || code === 403) return 'forbidden';
  return code === 400 || code === 404 ? 'gone' : 'failed';
}

/** Sets the key anew, and forgets the one that was set longest ago when there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_REMEMBERED) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
