import { DOCKER_ACTIONS } from '../../timeline/contract/docker-event.ts';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { linesOf } from '../lines.ts';
import type { Observe, Source } from '../observation.ts';
import type { Statement } from '../statement.ts';
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
import { DockerOutage } from './docker-outage.ts';
import { createForgetfulDockerState, type DockerState, type DockerStep } from './docker-state.ts';
import { SafeSteps } from './safe-steps.ts';

export interface DockerSourceSettings {
  readonly socketPath: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tell: Tell;
  /** Default: none is kept. */
  readonly state?: DockerState;
  /** How long the Engine may take to answer anything but the stream. */
  readonly timeoutMs?: number;
  /** How often a silent Engine is asked whether it is there. */
  readonly pingEveryMs?: number;
}

/** Watches the containers of the Docker Engine at `socketPath` (Engine API, `GET /events`). */
export function createDockerSource(settings: DockerSourceSettings): Source {
  return new DockerSource(settings);
}

/** A socket on the same machine costs little to try: half a second on average, three at most. */
const RECONNECT = { baseMs: 250, maxMs: 3_000 };
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
  readonly #outage: DockerOutage;
  readonly #recent = new RecentMessages();
  readonly #state: DockerState;
  readonly #failure = new AbortController();
  readonly #steps: SafeSteps<DockerStep>;
  /** Whether it was stated that watching began. */
  #hasBegun = false;
  /** Where the open gap began, in the agent's time. */
  #gapFromMs: number | undefined;
  /** When the Engine last proved to be there. */
  #goodAtMs = 0;
  #failures = 0;

  constructor(settings: DockerSourceSettings) {
    const { socketPath, timeoutMs = 10_000, tell } = settings;
    this.#settings = settings;
    this.#client = new DockerClient({ socketPath, timeoutMs });
    this.#outage = new DockerOutage(tell, socketPath);
    const state = settings.state ?? createForgetfulDockerState();
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
    await this.#keepWatching(observe, signal);
    this.#client.close();
    this.#failure.signal.throwIfAborted();
    await this.#stopped(observe);
    await this.#steps.settled();
  }

  /** Goes on where the agent before this one was last known to watch. */
  async #load(): Promise<void> {
    const position = await this.#state.load();
    if (position === undefined) return;
    for (const message of position.seen) this.#recent.restore(message);
    this.#gapFromMs = position.goodAtMs;
    this.#goodAtMs = position.goodAtMs;
  }

  async #keepWatching(observe: Observe, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#settings;
    while (!signal.aborted) {
      const failure = await this.#watch(observe, signal);
      if (signal.aborted) break;
      this.#outage.began(failure);
      await this.#absent(observe, failure);
      await clock.sleep(backoffMs(this.#failures, RECONNECT, random), signal);
      this.#failures += 1;
    }
  }

  /** States that nothing is watched from now on, once. */
  async #absent(observe: Observe, failure: DockerUnavailableError | undefined): Promise<void> {
    const reason = 'docker-unreachable';
    if (this.#hasBegun && this.#gapFromMs === undefined) {
      this.#gapFromMs = failure?.code === 'timeout' ? this.#goodAtMs : this.#settings.clock.now();
      await this.#say(observe, { type: 'gap-opened', from: timestamp(this.#gapFromMs), reason });
    } else if (!this.#hasBegun && this.#gapFromMs !== undefined) {
      await this.#say(observe, { type: 'recording-began', from: timestamp(this.#gapFromMs), reason });
      this.#hasBegun = true;
    }
  }

  async #stopped(observe: Observe): Promise<void> {
    const reason = 'agent-stopped';
    if (!this.#hasBegun && this.#gapFromMs !== undefined) {
      await this.#say(observe, { type: 'recording-began', from: timestamp(this.#gapFromMs), reason });
    } else if (this.#hasBegun && this.#gapFromMs === undefined) {
      const nowMs = this.#settings.clock.now();
      await this.#say(observe, { type: 'gap-opened', from: timestamp(nowMs), reason });
      await this.#steps.add(undefined, { goodAtMs: nowMs });
    }
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
        this.#ping(either),
        this.#stayAlive(either),
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
    const since =
      this.#gapFromMs === undefined
        ? nanoOfMs(connectedAtMs)
        : (this.#recent.newestNano ?? nanoOfMs(this.#gapFromMs)) - REPLAY_OVERLAP_NANO;
    return `/v${version}/events?${new URLSearchParams({ since: secondsOf(since), filters: FILTERS }).toString()}`;
  }

  /** States that watching began, or what the gap that ends here has cost. */
  async #began(observe: Observe, version: string, connectedAtMs: number, signal: AbortSignal): Promise<void> {
    const to = timestamp(connectedAtMs);
    const gapFromMs = this.#gapFromMs;
    if (gapFromMs === undefined) {
      if (!this.#hasBegun) await this.#say(observe, { type: 'recording-began', to });
    } else {
      const ring = await this.#ring(version, signal);
      const reason = continuityOf(ring, this.#recent, nanoOfMs(gapFromMs));
      const from = timestamp(gapFromMs);
      const type = this.#hasBegun ? 'gap-closed' : 'recording-began';
      await this.#say(observe, { type, from, to: reason === 'resumed' ? from : to, reason });
    }
    this.#hasBegun = true;
    this.#gapFromMs = undefined;
    this.#goodAtMs = connectedAtMs;
    this.#failures = 0;
    this.#outage.over();
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
      this.#goodAtMs = this.#settings.clock.now();
      const message = 'text' in line ? parseDockerMessage(line.text) : undefined;
      if (message !== undefined) {
        if (this.#recent.has(message)) continue;
        this.#recent.add(message);
        const safe = observe({ at: timestamp(this.#goodAtMs), source: 'docker', raw: message });
        const nano = nanoOf(message);
        const seen = { key: messageKey(message), ...(nano === undefined ? {} : { nano: String(nano) }) };
        const goodAtMs = this.#goodAtMs;
        await this.#steps.add(safe, { goodAtMs, message: seen });
      } else if ('tooLong' in line || line.terminated) {
        await this.#dropped(observe, 'tooLong' in line ? 'message-too-long' : 'message-malformed');
      }
    }
  }

  async #dropped(observe: Observe, reason: string): Promise<void> {
    this.#settings.tell({ what: 'docker-message-dropped', reason });
    const at = timestamp(this.#goodAtMs);
    await this.#say(observe, { type: 'events-dropped', from: at, to: at, reason, dropped: 1 });
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

  /** An Engine that is stuck keeps its connections and says nothing: so it is asked. */
  async #ping(signal: AbortSignal): Promise<void> {
    const { clock, pingEveryMs = 30_000 } = this.#settings;
    while (!signal.aborted) {
      await clock.sleep(pingEveryMs, signal);
      if (signal.aborted) return;
      await this.#client.negotiate(signal);
      this.#goodAtMs = clock.now();
    }
  }

  /** So that a successor knows until when nothing was missed, though nothing happened. */
  async #stayAlive(signal: AbortSignal): Promise<void> {
    const { aliveEveryMs } = this.#state;
    for (let goodAtMs = this.#goodAtMs; !signal.aborted; goodAtMs = this.#settings.clock.now()) {
      await this.#steps.add(undefined, { goodAtMs });
      if (aliveEveryMs === undefined) return;
      await this.#settings.clock.sleep(aliveEveryMs, signal);
    }
  }

  async #say(observe: Observe, statement: Omit<Statement, 'watched'>): Promise<void> {
    const at = timestamp(this.#settings.clock.now());
    await observe({ at, source: 'agent', raw: { ...statement, watched: 'docker' } satisfies Statement });
  }
}
