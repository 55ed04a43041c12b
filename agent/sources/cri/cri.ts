import { backoffMs } from '../../backoff.ts';
import type { Clock } from '../../clock.ts';
import type { Observe, Source } from '../../observation.ts';
import type { Statement } from '../../statement.ts';
import type { Tell } from '../../telemetry/happening.ts';
import { timestamp } from '../coverage.ts';
import { createForgetfulDockerState, type DockerState, type DockerStep } from '../docker-state.ts';
import { SafeSteps } from '../safe-steps.ts';
import { CriOutage } from './cri-outage.ts';
import { GrpcConnection } from './grpc-connection.ts';
import { openRuntimeWatch } from './open-watch.ts';
import type { RuntimeWatch } from './saying.ts';
import { CriUnavailableError } from './unavailable.ts';
import { WireError } from './wire.ts';

export interface CriSourceSettings {
  readonly socketPath: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tell: Tell;
  /** Default: none is kept. Of a runtime without past events only the last good moment is of use. */
  readonly state?: DockerState;
  /** How long the runtime may take to answer anything but the stream. */
  readonly timeoutMs?: number;
  /** How often a silent runtime is asked whether it is there. */
  readonly pingEveryMs?: number;
  /** Containerd's namespace; default: the kubelet's. */
  readonly namespace?: string;
}

/**
 * Watches the containers of the runtime at `socketPath`: by containerd's own events, else by CRI's
 * (`GetContainerEvents`). Neither keeps past events, so that every stretch that was not watched is a gap, of its whole
 * length; what is there afterwards is looked at.
 */
export function createCriSource(settings: CriSourceSettings): Source {
  return new CriSource(settings);
}

/** As for Docker: a socket on the same machine costs little to try. */
const RECONNECT = { baseMs: 250, maxMs: 3_000 };
/** How many observations may be made before the first of them is safe: they share an fsync. */
const MAX_AHEAD = 256;

/** Why nothing was watched. A runtime that ends its connections has ended, or is about to. */
type GapReason = 'cri-restarted' | 'cri-unreachable' | 'agent-restarted';

class CriSource implements Source {
  readonly name = 'cri';
  readonly #settings: CriSourceSettings;
  readonly #outage: CriOutage;
  readonly #state: DockerState;
  readonly #failure = new AbortController();
  readonly #steps: SafeSteps<DockerStep | undefined>;
  /** Whether it was stated that watching began. */
  #hasBegun = false;
  /** The open gap: where it began, in the agent's time, and why. */
  #gap: { readonly fromMs: number; readonly reason: GapReason } | undefined;
  /** When the runtime last proved to be there. */
  #goodAtMs = 0;
  #failures = 0;

  constructor(settings: CriSourceSettings) {
    this.#settings = settings;
    this.#outage = new CriOutage(settings.tell, settings.socketPath);
    const state = settings.state ?? createForgetfulDockerState();
    this.#state = state;
    this.#steps = new SafeSteps({
      maxAhead: MAX_AHEAD,
      follow: (steps) => saveLast(state, steps),
      failed: (error) => this.#failure.abort(error),
    });
  }

  async run(observe: Observe, stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stop, this.#failure.signal]);
    const position = await this.#state.load();
    if (position !== undefined) {
      this.#gap = { fromMs: position.goodAtMs, reason: 'agent-restarted' };
      this.#goodAtMs = position.goodAtMs;
    }
    await this.#keepWatching(observe, signal);
    this.#failure.signal.throwIfAborted();
    await this.#stopped(observe);
    await this.#steps.settled();
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
  async #absent(observe: Observe, failure: CriUnavailableError): Promise<void> {
    if (this.#hasBegun && this.#gap === undefined) {
      const isStuck = failure.code === 'timeout';
      const fromMs = isStuck ? this.#goodAtMs : this.#settings.clock.now();
      const reason = failure.code === 'closed' ? 'cri-restarted' : 'cri-unreachable';
      this.#gap = { fromMs, reason };
      await this.#say(observe, { type: 'gap-opened', from: timestamp(fromMs), reason });
    } else if (!this.#hasBegun && this.#gap !== undefined) {
      const reason = 'cri-unreachable';
      await this.#say(observe, { type: 'recording-began', from: timestamp(this.#gap.fromMs), reason });
      this.#hasBegun = true;
    }
  }

  async #stopped(observe: Observe): Promise<void> {
    const reason = 'agent-stopped';
    if (!this.#hasBegun && this.#gap !== undefined) {
      await this.#say(observe, { type: 'recording-began', from: timestamp(this.#gap.fromMs), reason });
    } else if (this.#hasBegun && this.#gap === undefined) {
      const nowMs = this.#settings.clock.now();
      await this.#say(observe, { type: 'gap-opened', from: timestamp(nowMs), reason });
      await this.#steps.add(undefined, { goodAtMs: nowMs });
    }
  }

  /** Watches until the connection ends; gives why. */
  async #watch(observe: Observe, signal: AbortSignal): Promise<CriUnavailableError> {
    const { socketPath, timeoutMs = 10_000, clock } = this.#settings;
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    let connection: GrpcConnection | undefined;
    try {
      connection = await GrpcConnection.open({ socketPath, timeoutMs }, either);
      const { namespace } = this.#settings;
      const watch = await openRuntimeWatch(
        {
          connection,
          now: () => (BigInt(Math.floor(clock.now())) * 1_000_000n).toString(),
          ...(namespace === undefined ? {} : { namespace }),
        },
        either,
      );
      await this.#began(observe, clock.now());
      const parts = [
        this.#follow(watch, observe),
        this.#lookAround(watch, observe, either),
        this.#ping(watch, either),
        this.#stayAlive(either),
      ];
      try {
        await Promise.race([parts[0], Promise.all(parts)]);
      } finally {
        over.abort(new CriUnavailableError('closed', 'the stream of events ended'));
        await Promise.allSettled(parts);
      }
      return new CriUnavailableError('closed', 'the runtime ended the stream of events');
    } catch (error) {
      if (error instanceof CriUnavailableError) return error;
      if (error instanceof WireError)
        return new CriUnavailableError('malformed', error.message, { cause: error });
      if (signal.aborted && error === signal.reason)
        return new CriUnavailableError('closed', 'the agent stops', { cause: error });
      throw error;
    } finally {
      over.abort(new CriUnavailableError('closed', 'the connection is no longer used'));
      connection?.close();
    }
  }

  /** States that watching began, or ends the gap. */
  async #began(observe: Observe, watchedAtMs: number): Promise<void> {
    const to = timestamp(watchedAtMs);
    if (this.#gap !== undefined) {
      const from = timestamp(this.#gap.fromMs);
      const type = this.#hasBegun ? 'gap-closed' : 'recording-began';
      await this.#say(observe, { type, from, to, reason: this.#gap.reason });
    } else if (!this.#hasBegun) {
      await this.#say(observe, { type: 'recording-began', to });
    }
    this.#hasBegun = true;
    this.#gap = undefined;
    this.#goodAtMs = watchedAtMs;
    this.#failures = 0;
    this.#outage.over();
  }

  async #follow(watch: RuntimeWatch, observe: Observe): Promise<void> {
    for await (const said of watch.said) {
      this.#goodAtMs = this.#settings.clock.now();
      if ('unreadable' in said) {
        await this.#dropped(observe, said.unreadable);
        continue;
      }
      const safe = observe({ at: timestamp(this.#goodAtMs), source: 'cri', raw: said.saying });
      // Nothing of it is remembered: there is no second telling to know it by.
      await this.#steps.add(safe, undefined);
    }
  }

  async #dropped(observe: Observe, reason: string): Promise<void> {
    this.#settings.tell({ what: 'cri-message-dropped', reason });
    const at = timestamp(this.#goodAtMs);
    await this.#say(observe, { type: 'events-dropped', from: at, to: at, reason, dropped: 1 });
  }

  /** Observes the state of every container there is: what happened while nobody watched can be told from it. */
  async #lookAround(watch: RuntimeWatch, observe: Observe, signal: AbortSignal): Promise<void> {
    for await (const raw of watch.look(signal)) {
      await observe({ at: timestamp(this.#settings.clock.now()), source: 'cri', raw });
    }
  }

  /** A runtime that is stuck keeps its connections and says nothing: so it is asked. */
  async #ping(watch: RuntimeWatch, signal: AbortSignal): Promise<void> {
    const { clock, pingEveryMs = 30_000 } = this.#settings;
    while (!signal.aborted) {
      await clock.sleep(pingEveryMs, signal);
      if (signal.aborted) return;
      await watch.ping(signal);
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
    await observe({ at, source: 'agent', raw: { ...statement, watched: 'cri' } satisfies Statement });
  }
}

async function saveLast(state: DockerState, steps: readonly (DockerStep | undefined)[]): Promise<void> {
  const last = steps.findLast((step) => step !== undefined);
  if (last !== undefined) await state.save([last]);
}
