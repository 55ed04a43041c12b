import { createPipeline } from './pipeline.ts';
import { runSources } from './run-sources.ts';
import type { AgentSettings } from './settings.ts';
import { assembleSources, type SourceParts } from './sources/assemble.ts';

export interface AgentParts extends SourceParts {
  /** Tells this process from every other agent that ever was. */
  readonly instance: string;
  readonly version: string;
  /** How long to go on delivering after the sources were stopped. */
  readonly drainMs?: number;
}

export interface RunningAgent {
  /** Ends when the agent was stopped and has delivered what it could. Rejects with what broke it. */
  readonly finished: Promise<{ readonly undelivered: number }>;
}

/**
 * Starts an agent: sources, trim, spool, delivery. It runs until `signal` is aborted.
 *
 * @throws NothingToWatchError
 * @throws KubernetesCredentialsError for a kubeconfig that cannot be used
 */
export async function startAgent(
  settings: AgentSettings,
  parts: AgentParts,
  signal: AbortSignal,
): Promise<RunningAgent> {
  const { clock, random, log, instance, version, drainMs = 10_000 } = parts;
  const { sources, close } = await assembleSources(settings, parts);
  const { cluster, api, role, nodeName } = settings;
  const node = nodeName === undefined ? {} : { node: nodeName };
  const pipeline = createPipeline({
    agent: { instance, role, version, ...node },
    send: settings,
    whenFull: 'drop-oldest',
    clock,
    random,
    log,
  });
  log.info(
    { instance, cluster, api: api.href, role, ...node, sources: sources.map(({ name }) => name) },
    'the agent is watching',
  );

  const drain = async () => {
    const patience = new AbortController();
    const [undelivered] = await Promise.all([
      pipeline.drain(patience.signal).finally(() => patience.abort()),
      clock.sleep(drainMs, patience.signal).then(() => patience.abort()),
    ]);
    if (undelivered > 0) {
      log.warn({ undelivered, drainMs }, 'the agent stops with events that could not be delivered in time');
    }
    return undelivered;
  };
  const run = async () => {
    let undelivered = 0;
    try {
      await runSources(sources, pipeline.observe, signal);
    } finally {
      close();
      // Also when a source broke: what was seen before is delivered.
      undelivered = await drain();
    }
    return { undelivered };
  };
  return { finished: run() };
}
