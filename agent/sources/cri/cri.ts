import type { Clock } from '../../clock.ts';
import type { Observe, Source } from '../../observation.ts';
import type { Tell } from '../../telemetry/happening.ts';
import { timestamp } from '../coverage.ts';
import { createForgetfulRuntimeState, type RuntimeState, type RuntimeStep } from '../runtime-state.ts';
import { RuntimeStanding } from '../runtime-standing.ts';
import { SafeSteps } from '../safe-steps.ts';
import type { SignalWatch } from '../signals/kernel-signals.ts';
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
  readonly state?: RuntimeState;
  /** How long the runtime may take to answer anything but the stream. */
  readonly timeoutMs?: number;
  /** How often a silent runtime is asked whether it is there. */
  readonly pingEveryMs?: number;
  /** Containerd's namespace; default: the kubelet's. */
  readonly namespace?: string;
  /** What signals processes get; run, and ended, by the source. Default: unknown. */
  readonly signals?: SignalWatch;
}

/**
 * Watches the containers of the runtime at `socketPath`: by containerd's own events, else by CRI's
 * (`GetContainerEvents`). Neither keeps past events, so that every stretch that was not watched is a gap, of its whole
 * length; what is there afterwards is looked at.
 */
export function createCriSource(settings: CriSourceSettings): Source {
  return new CriSource(settings);
}

/** How many observations may be made before the first of them is safe: they share an fsync. */
const MAX_AHEAD = 256;

class CriSource implements Source {
  readonly name = 'cri';
  readonly #settings: CriSourceSettings;
  readonly #standing: RuntimeStanding;
  readonly #state: RuntimeState;
  readonly #failure = new AbortController();
  readonly #steps: SafeSteps<RuntimeStep | undefined>;

  constructor(settings: CriSourceSettings) {
    this.#settings = settings;
    this.#standing = new RuntimeStanding({
      ...settings,
      watched: 'cri',
      // A runtime that ends its connections has ended, or is about to.
      gapReason: (failure) => (failure?.code === 'closed' ? 'cri-restarted' : 'cri-unreachable'),
    });
    const state = settings.state ?? createForgetfulRuntimeState();
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
    if (position !== undefined) this.#standing.resumeFrom(position.goodAtMs);
    await Promise.all([
      this.#settings.signals?.run(signal),
      this.#standing.keepWatching(observe, () => this.#watch(observe, signal), signal),
    ]);
    this.#failure.signal.throwIfAborted();
    const goodAtMs = await this.#standing.stopped(observe);
    if (goodAtMs !== undefined) await this.#steps.add(undefined, { goodAtMs });
    await this.#steps.settled();
  }

  /** Watches until the connection ends; gives why. */
  async #watch(observe: Observe, signal: AbortSignal): Promise<CriUnavailableError> {
    const { socketPath, timeoutMs = 10_000, clock } = this.#settings;
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    let connection: GrpcConnection | undefined;
    try {
      connection = await GrpcConnection.open({ socketPath, timeoutMs }, either);
      const { namespace, signals } = this.#settings;
      const watch = await openRuntimeWatch(
        {
          connection,
          now: () => (BigInt(Math.floor(clock.now())) * 1_000_000n).toString(),
          ...(namespace === undefined ? {} : { namespace }),
          ...(signals === undefined ? {} : { signals }),
        },
        either,
      );
      await this.#standing.began(observe, clock.now());
      const parts = [
        this.#follow(watch, observe),
        this.#lookAround(watch, observe, either),
        this.#standing.keepAsking(() => watch.ping(either), either),
        this.#standing.stayAlive(this.#steps, this.#state.aliveEveryMs, either),
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

  async #follow(watch: RuntimeWatch, observe: Observe): Promise<void> {
    for await (const said of watch.said) {
      const goodAtMs = this.#standing.good();
      if ('unreadable' in said) {
        await this.#standing.dropped(observe, said.unreadable);
        continue;
      }
      const safe = observe({ at: timestamp(goodAtMs), source: 'cri', raw: said.saying });
      // Nothing of it is remembered: there is no second telling to know it by.
      await this.#steps.add(safe, undefined);
    }
  }

  /** Observes the state of every container there is: what happened while nobody watched can be told from it. */
  async #lookAround(watch: RuntimeWatch, observe: Observe, signal: AbortSignal): Promise<void> {
    for await (const raw of watch.look(signal)) {
      await observe({ at: timestamp(this.#settings.clock.now()), source: 'cri', raw });
    }
  }
}

async function saveLast(state: RuntimeState, steps: readonly (RuntimeStep | undefined)[]): Promise<void> {
  const last = steps.findLast((step) => step !== undefined);
  if (last !== undefined) await state.save([last]);
}
