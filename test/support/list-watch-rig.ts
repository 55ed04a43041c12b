import { onTestFinished } from 'vitest';
import type { Clock } from '../../agent/clock.ts';
import type { Log } from '../../agent/log.ts';
import type { Observation } from '../../agent/observation.ts';
import { findKubernetes } from '../../agent/sources/find-kubernetes.ts';
import { KubernetesCredentialsError } from '../../agent/sources/kubernetes-api.ts';
import { createKubernetesClient } from '../../agent/sources/kubernetes-client.ts';
import { createEventsSource } from '../../agent/sources/events.ts';
import type { Tuning } from '../../agent/sources/list-watch-parts.ts';
import { createMemoryState, type ListWatchState } from '../../agent/sources/list-watch-state.ts';
import { createPodsSource, type PodsScope } from '../../agent/sources/pods.ts';
import type { Statement } from '../../agent/statement.ts';
import { createTell } from '../../agent/telemetry/tell.ts';
import { FakeKubernetes, type FakeKubernetesOptions } from './fake-kubernetes/fake-kubernetes.ts';
import type { KubernetesObject } from './fake-kubernetes/kubernetes-object.ts';
import { ManualClock } from './manual-clock.ts';
import { until } from './until.ts';

export interface RigOptions {
  readonly watch?: 'pods' | 'events';
  readonly scope?: PodsScope;
  readonly clock?: Clock;
  readonly tuning?: Partial<Tuning>;
  readonly state?: ListWatchState;
  /** Awaited within `observe`. */
  readonly onObserve?: (observation: Observation) => Promise<void> | void;
}

export interface Told {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A fake API server that ends with the test. */
export async function aKubernetes(options: FakeKubernetesOptions = {}): Promise<FakeKubernetes> {
  const kubernetes = await FakeKubernetes.start(options);
  onTestFinished(() => kubernetes.close());
  return kubernetes;
}

/** A source that runs against a fake API server over HTTPS, and everything that it says. */
export class Rig {
  readonly observations: Observation[] = [];
  readonly told: Told[] = [];
  readonly state: ListWatchState;
  readonly #stop = new AbortController();
  #done: Promise<void> = Promise.resolve();

  static async start(kubernetes: FakeKubernetes, options: RigOptions = {}): Promise<Rig> {
    const rig = new Rig(options.state ?? createMemoryState());
    const credentials = await findKubernetes({
      kubeconfigPath: kubernetes.files.kubeconfig,
      environment: {},
    });
    if (credentials === undefined) throw new KubernetesCredentialsError('the fake has no kubeconfig');
    const client = createKubernetesClient({ credentials });
    const { clock = new ManualClock(), tuning = {}, scope = {}, watch = 'pods', onObserve } = options;
    // Half of each bound: 400 ms, 800 ms, 1.6 s and so on.
    const parts = {
      client,
      state: rig.state,
      clock,
      random: () => 0.5,
      tell: createTell(rig.#log()),
      // What is known must be what is there after every watch.
      tuning: { checkEveryMs: 0, ...tuning },
    };
    const source = watch === 'pods' ? createPodsSource({ scope, ...parts }) : createEventsSource(parts);
    rig.#done = source.run(async (observation) => {
      await onObserve?.(observation);
      rig.observations.push(observation);
    }, rig.#stop.signal);
    // A failure is the test's to await, in `stop` or `ended`.
    rig.#done.catch(() => {});
    onTestFinished(async () => {
      rig.#stop.abort();
      await rig.#done.catch(() => {});
      client.close();
    });
    return rig;
  }

  private constructor(state: ListWatchState) {
    this.state = state;
  }

  /** Resolves when the source ended by itself, rejects with what it failed on. */
  get ended(): Promise<void> {
    return this.#done;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  /** What was observed, in short: `ADDED web`, and statements as `gap-opened`. */
  get story(): readonly string[] {
    return this.observations.map(({ source, raw }) => {
      if (source === 'agent') return (raw as Statement).type;
      const { type, object } = raw as { type: string; object: KubernetesObject };
      return `${type} ${object.metadata.name}`;
    });
  }

  get statements(): readonly Statement[] {
    return this.observations.filter(({ source }) => source === 'agent').map(({ raw }) => raw as Statement);
  }

  get warnings(): readonly string[] {
    return this.told.filter(({ level }) => level === 'warn').map(({ message }) => message);
  }

  /** Waits until the story has `line`, `times` times. */
  async saw(line: string, times = 1): Promise<void> {
    await until(
      `${line} is observed ${times} times; it was ${JSON.stringify(this.story)}`,
      () => this.story.filter((one) => one === line).length >= times,
    );
  }

  async known(): Promise<Record<string, string>> {
    const known = (await this.state.load())?.known ?? new Map();
    return Object.fromEntries(Array.from(known, ([uid, { resourceVersion }]) => [uid, resourceVersion]));
  }

  #log(): Log {
    const at = (level: Told['level']) => (fields: object, message: string) => {
      this.told.push({ level, fields: { ...fields }, message });
    };
    return { info: at('info'), warn: at('warn'), error: at('error') };
  }
}

/** What the server has, as `Rig.known` gives what the list-watch knows. */
export function serverSet(kubernetes: FakeKubernetes): Record<string, string> {
  return Object.fromEntries(
    kubernetes.all('pods').map(({ metadata }) => [metadata.uid, metadata.resourceVersion ?? '']),
  );
}

/** Waits until the loop sleeps for this long before its next attempt, and lets that time pass. */
export async function passBackoff(clock: ManualClock, durationMs: number): Promise<void> {
  await until(`the loop waits ${durationMs} ms; sleeping are ${clock.sleeping.join(', ')}`, () =>
    clock.sleeping.includes(durationMs),
  );
  clock.advance(durationMs);
}
