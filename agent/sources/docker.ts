import { DOCKER_ACTIONS } from '../../timeline/contract/docker-event.ts';
import type { Clock } from '../clock.ts';
import { linesOf } from '../lines.ts';
import type { Observe, Source } from '../observation.ts';
import type { Tell } from '../telemetry/happening.ts';
import { isRaw, type Raw } from '../trim/readers.ts';
import { timestamp } from './coverage.ts';
import { DockerClient, DockerUnavailableError } from './docker-client.ts';
import { continuityOf } from './docker-continuity.ts';
import {
  messageKey,
  nanoOf,
  nanoOfMs,
  parseDockerMessage,
  RecentMessages,
  secondsOf,
} from './docker-message.ts';
import { createForgetfulRuntimeState, type RuntimeState, type RuntimeStep } from './runtime-state.ts';
import { RuntimeStanding } from './runtime-standing.ts';
import { SafeSteps } from './safe-steps.ts';

export interface DockerSourceSettings {
  readonly socketPath: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tell: Tell;
  /** Default: none is kept. */
  readonly state?: RuntimeState;
  /** How long the Engine may take to answer anything but the stream. */
  readonly timeoutMs?: number;
  /** How often a silent Engine is asked whether it is there. */
  readonly pingEveryMs?: number;
}

/** Watches the containers of the Docker Engine at `socketPath` (Engine API, `GET /events`). */
export function createDockerSource(settings: DockerSourceSettings): Source {
  return new DockerSource(settings);
}

/** Two messages can be stamped in one order and sent in the other; a second is far more than they can be apart. */
const REPLAY_OVERLAP_NANO = 1_000_000_000n;
/** A message holds all labels of its container; this is some hundred times a large one. */
const MAX_LINE_BYTES = 1024 * 1024;
const INSPECTIONS_AT_ONCE = 4;
/** How many messages may be observed before the first of them is safe: they share an fsync. */
const MAX_AHEAD = 256;

const FILTERS = JSON.stringify({
  type: ['container'],
  event: DOCKER_ACTIONS.filter((action) => action !== 'inspect'),
});

class DockerSource implements Source {
  readonly name = 'docker';
  readonly #settings: DockerSourceSettings;
  readonly #client: DockerClient;
  readonly #standing: RuntimeStanding;
  readonly #recent = new RecentMessages();
  readonly #state: RuntimeState;
  readonly #failure = new AbortController();
  readonly #steps: SafeSteps<RuntimeStep>;

  constructor(settings: DockerSourceSettings) {
    const { socketPath, timeoutMs = 10_000 } = settings;
    this.#settings = settings;
    this.#client = new DockerClient({ socketPath, timeoutMs });
    this.#standing = new RuntimeStanding({
      ...settings,
      watched: 'docker',
      gapReason: () => 'docker-unreachable',
    });
    const state = settings.state ?? createForgetfulRuntimeState();
    this.#state = state;
    this.#steps = new SafeSteps({
      maxAhead: MAX_AHEAD,
      follow: (steps) => state.save(steps),
      failed: (error) => this.#failure.abort(error),
    });
  }

  async run(observe: Observe, stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stop, this.#failure.signal]);
    await this.#load();
    await this.#standing.keepWatching(observe, () => this.#watch(observe, signal), signal);
    this.#client.close();
    this.#failure.signal.throwIfAborted();
    const goodAtMs = await this.#standing.stopped(observe);
    if (goodAtMs !== undefined) await this.#steps.add(undefined, { goodAtMs });
    await this.#steps.settled();
  }

  /** Goes on where the agent before this one was last known to watch. */
  async #load(): Promise<void> {
    const position = await this.#state.load();
    if (position === undefined) return;
    for (const message of position.seen) this.#recent.restore(message);
    this.#standing.resumeFrom(position.goodAtMs);
  }

  /** Watches until the stream ends; gives why, if the Engine said or showed it. */
  async #watch(observe: Observe, signal: AbortSignal): Promise<DockerUnavailableError | undefined> {
    const connection = new AbortController();
    const either = AbortSignal.any([signal, connection.signal]);
    try {
      const connectedAtMs = this.#settings.clock.now();
      const version = await this.#client.negotiate(either);
      const stream = await this.#client.stream(this.#streamPath(version, connectedAtMs), either);
      await this.#began(observe, version, connectedAtMs, either);
      // The stream is read from the beginning, since the Engine drops what a slow listener does not take.
      const parts = [
        this.#follow(stream, observe),
        this.#lookAround(version, observe, either),
        this.#standing.keepAsking(() => this.#client.negotiate(either), either),
        this.#standing.stayAlive(this.#steps, this.#state.aliveEveryMs, either),
      ];
      try {
        await Promise.race([parts[0], Promise.all(parts)]);
      } finally {
        connection.abort(new DockerUnavailableError('ended', 'the stream of events ended'));
        await Promise.allSettled(parts);
      }
      return undefined;
    } catch (error) {
      if (error instanceof DockerUnavailableError) return error;
      if (signal.aborted && error === signal.reason) return undefined;
      throw error;
    } finally {
      connection.abort(new DockerUnavailableError('ended', 'the connection is no longer used'));
    }
  }

  #streamPath(version: string, connectedAtMs: number): string {
    // The Engine answers before it subscribes us; `since` lets it add what happened in between.
    const { gapFromMs } = this.#standing;
    const since =
      gapFromMs === undefined
        ? nanoOfMs(connectedAtMs)
        : (this.#recent.newestNano ?? nanoOfMs(gapFromMs)) - REPLAY_OVERLAP_NANO;
    return `/v${version}/events?${new URLSearchParams({ since: secondsOf(since), filters: FILTERS }).toString()}`;
  }

  /** States that watching began, or what the gap that ends here has cost. */
  async #began(observe: Observe, version: string, connectedAtMs: number, signal: AbortSignal): Promise<void> {
    const { gapFromMs } = this.#standing;
    if (gapFromMs === undefined) return this.#standing.began(observe, connectedAtMs);
    const ring = await this.#ring(version, signal);
    const reason = continuityOf(ring, this.#recent, nanoOfMs(gapFromMs));
    return this.#standing.began(observe, connectedAtMs, { reason, missed: reason !== 'resumed' });
  }

  /** All events that the Engine still has, of all kinds. */
  async #ring(version: string, signal: AbortSignal): Promise<Raw[]> {
    const until = secondsOf(nanoOfMs(this.#settings.clock.now()));
    const query = new URLSearchParams({ since: '1', until }).toString();
    const ring: Raw[] = [];
    for await (const line of linesOf(
      await this.#client.stream(`/v${version}/events?${query}`, signal),
      MAX_LINE_BYTES,
    )) {
      const message = 'text' in line ? parseDockerMessage(line.text) : undefined;
      if (message !== undefined) ring.push(message);
    }
    return ring;
  }

  async #follow(stream: AsyncIterable<Uint8Array>, observe: Observe): Promise<void> {
    for await (const line of linesOf(stream, MAX_LINE_BYTES)) {
      const goodAtMs = this.#standing.good();
      const message = 'text' in line ? parseDockerMessage(line.text) : undefined;
      if (message !== undefined) {
        if (this.#recent.has(message)) continue;
        this.#recent.add(message);
        const safe = observe({ at: timestamp(goodAtMs), source: 'docker', raw: message });
        const nano = nanoOf(message);
        const seen = { key: messageKey(message), ...(nano === undefined ? {} : { nano: String(nano) }) };
        await this.#steps.add(safe, { goodAtMs, message: seen });
      } else if ('tooLong' in line || line.terminated) {
        const reason = 'tooLong' in line ? 'message-too-long' : 'message-malformed';
        await this.#standing.dropped(observe, reason);
      }
    }
  }

  /** Observes the state of every container there is: what happened while nobody watched can be told from it. */
  async #lookAround(version: string, observe: Observe, signal: AbortSignal): Promise<void> {
    const containers = await this.#client.json(`/v${version}/containers/json?all=1`, signal);
    const ids = (Array.isArray(containers) ? containers : []).flatMap((container: unknown) => {
      const id = isRaw(container) ? container['Id'] : undefined;
      return typeof id === 'string' && /^[0-9a-f]{1,128}$/.test(id) ? [id] : [];
    });
    const waiting = ids.values();
    const inspectWaiting = async () => {
      for (const id of waiting) {
        const inspect = await this.#client.json(`/v${version}/containers/${id}/json`, signal);
        if (inspect === undefined) continue;
        const nowMs = this.#settings.clock.now();
        const raw = { Action: 'inspect', inspect, timeNano: nanoOfMs(nowMs).toString() };
        await observe({ at: timestamp(nowMs), source: 'docker', raw });
      }
    };
    await Promise.all(Array.from({ length: INSPECTIONS_AT_ONCE }, inspectWaiting));
  }
}
