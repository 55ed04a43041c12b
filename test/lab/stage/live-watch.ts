/** The agent's own source of pods against the lab's API server, with all that it asks and says of one namespace. */
import { systemClock } from '../../../agent/clock.ts';
import type { Observation } from '../../../agent/observation.ts';
import { findKubernetes } from '../../../agent/sources/find-kubernetes.ts';
import type { KubernetesClient } from '../../../agent/sources/kubernetes-api.ts';
import { createKubernetesClient } from '../../../agent/sources/kubernetes-client.ts';
import type { Tuning } from '../../../agent/sources/list-watch-parts.ts';
import { createMemoryState, type ListWatchState } from '../../../agent/sources/list-watch-state.ts';
import { createPodsSource } from '../../../agent/sources/pods.ts';
import type { Statement } from '../../../agent/statement.ts';
import { until } from '../../support/until.ts';
import { LabError } from '../lab-error.ts';
import type { LabState } from '../state.ts';

export interface LiveWatchOptions {
  readonly lab: LabState;
  readonly namespace: string;
  readonly tuning?: Partial<Tuning>;
  readonly state?: ListWatchState;
  /** Awaited before each request. */
  readonly onRequest?: (query: Readonly<Record<string, string>>) => Promise<void>;
}

interface Frame {
  readonly type: string;
  readonly object: {
    readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  };
}

const WITHIN_MS = 60_000;

export class LiveWatch {
  /** The queries of what was asked, in order. */
  readonly requests: Readonly<Record<string, string>>[] = [];
  readonly #frames: (Frame | Statement)[] = [];
  readonly #stop = new AbortController();
  #done: Promise<void> = Promise.resolve();

  static async start(options: LiveWatchOptions): Promise<LiveWatch> {
    const { lab, namespace, tuning = {}, state = createMemoryState(), onRequest } = options;
    const credentials = await findKubernetes({ kubeconfigPath: lab.kubeconfig, environment: {} });
    if (credentials === undefined) throw new LabError(`${lab.kubeconfig} is no kubeconfig`);
    const live = new LiveWatch();
    const client = createKubernetesClient({ credentials });
    const noting: KubernetesClient = {
      server: client.server,
      get: async (path, query, signal) => {
        await onRequest?.(query);
        live.requests.push(query);
        return client.get(path, query, signal);
      },
    };
    const parts = {
      client: noting,
      state,
      clock: systemClock,
      random: Math.random,
      tell: () => undefined,
      // What is known must be what is there after every watch.
      tuning: { checkEveryMs: 0, ...tuning },
    };
    const observe = async ({ source, raw }: Observation) => {
      const frame = raw as Frame | Statement;
      if (source === 'pod' && (frame as Frame).object.metadata.namespace !== namespace) return;
      live.#frames.push(frame);
    };
    live.#done = createPodsSource({ scope: {}, ...parts })
      .run(observe, live.#stop.signal)
      .finally(() => client.close());
    return live;
  }

  private constructor() {}

  /** What was observed of the namespace, in short: `ADDED web`, and statements as `gap-closed`. */
  get story(): readonly string[] {
    return this.#frames.map((frame) =>
      'object' in frame ? `${frame.type} ${frame.object.metadata.name}` : frame.type,
    );
  }

  get statements(): readonly Statement[] {
    return this.#frames.filter((frame): frame is Statement => !('object' in frame));
  }

  /** Of the pods in the story, in its order. */
  get uids(): readonly string[] {
    return this.#frames.flatMap((frame) => ('object' in frame ? [frame.object.metadata.uid] : []));
  }

  /** The pod as it was last observed. */
  lastOf(name: string): unknown {
    const frame = this.#frames.findLast((one) => 'object' in one && one.object.metadata.name === name);
    return frame !== undefined && 'object' in frame ? frame.object : undefined;
  }

  async saw(line: string): Promise<void> {
    await until(`${line} is observed`, () => this.story.includes(line), WITHIN_MS).catch((cause: unknown) => {
      throw new LabError(`${line} is not observed; it was ${JSON.stringify(this.story)}`, { cause });
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}
