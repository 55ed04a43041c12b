import { hostname } from 'node:os';
import { type Clock, steadyClock } from './clock.ts';
import type { ProxyEnvironment } from './deliver/connection.ts';
import { createLeaseStore, type LeaseName } from './election/lease-store.ts';
import { type ElectionSettings, runElected } from './election/run-elected.ts';
import { readPatterns } from './logs/read-patterns.ts';
import { type Monitor, startMonitor } from './monitor/monitor.ts';
import { createPipeline } from './pipeline.ts';
import { createRedact } from './redact.ts';
import { runSources } from './run-sources.ts';
import { type AgentSettings, DEFAULT_DRAIN_SECONDS } from './settings.ts';
import { type AssembledSources, assembleSources, type SourceParts } from './sources/assemble.ts';
import { MemorySpool } from './spool/memory-spool.ts';
import { openSpoolFolder, type SpoolFolder } from './spool/spool-folder.ts';
import type { Tell } from './telemetry/happening.ts';
import { createTell } from './telemetry/tell.ts';
import type { AgentIdentity } from './trim/statement.ts';

export interface AgentParts extends Omit<SourceParts, 'tell' | 'journal'> {
  /** Tells this process from every other agent that ever was. */
  readonly instance: string;
  readonly version: string;
  readonly environment: SourceParts['environment'] & ProxyEnvironment;
  /** For what must not depend on the time of day; default: the machine's. */
  readonly steady?: Clock;
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
 * @throws SpoolInUseError when another agent uses the spool's folder
 * @throws SpoolOwnerError when the spool is of another cluster
 * @throws SpoolFormatError when a later version wrote it
 * @throws RedactFileError when the patterns for logs cannot be read
 * @throws MonitorError when health and metrics cannot be served
 */
export async function startAgent(
  settings: AgentSettings,
  parts: AgentParts,
  signal: AbortSignal,
): Promise<RunningAgent> {
  const { role, nodeName, monitor: at } = settings;
  const { instance, version, clock } = parts;
  const node = nodeName === undefined ? {} : { node: nodeName };
  const identity = { instance, role, version, ...node };
  const monitor = at === undefined ? undefined : await startMonitor(at, identity, () => clock.now());
  let folder: SpoolFolder | undefined;
  try {
    folder = await openFolder(settings, parts);
    return await startWith({ ...parts, identity, monitor, folder }, settings, signal);
  } catch (error) {
    // What is left open would keep the process from ending.
    await folder?.close();
    await monitor?.close();
    throw error;
  }
}

interface OpenParts extends AgentParts {
  readonly identity: AgentIdentity;
  readonly monitor: Monitor | undefined;
  readonly folder: SpoolFolder | undefined;
}

async function startWith(
  parts: OpenParts,
  settings: AgentSettings,
  signal: AbortSignal,
): Promise<RunningAgent> {
  const { clock, random, log, environment, identity, monitor, folder } = parts;
  const { cluster, api, lease, drainSeconds = DEFAULT_DRAIN_SECONDS } = settings;
  const drainMs = drainSeconds * 1000;
  const tell = createTell(log, monitor?.note);
  const redact = createRedact(
    settings.logRedactFile === undefined ? [] : await readPatterns(settings.logRedactFile),
  );
  const journal = folder && ((name: string) => folder.journal(name));
  const assembled = await assembleSources(settings, { ...parts, tell, journal });
  const { sources, close } = assembled;
  const pipeline = await createPipeline({
    redact,
    agent: identity,
    send: settings,
    spool: (reports) =>
      folder === undefined
        ? new MemorySpool({ maxBytes: settings.spoolMaxBytes, whenFull: 'drop-oldest', clock, reports })
        : folder.openSpool(reports),
    watched: sources.map(({ name }) => name),
    clock,
    random,
    log,
    tell,
    proxy: environment,
  });
  monitor?.followSpool(pipeline.look);
  monitor?.expect(sources.map(({ name }) => name));
  log.info(
    { ...identity, cluster, api: api.href, sources: sources.map(({ name }) => name) },
    lease === undefined ? 'the agent is watching' : 'the agent stands for election',
  );

  const drain = async () => {
    const patience = new AbortController();
    const [undelivered] = await Promise.all([
      pipeline.drain(patience.signal).finally(() => patience.abort()),
      clock.sleep(drainMs, patience.signal).then(() => patience.abort()),
    ]);
    if (undelivered > 0) {
      log.warn(
        { undelivered, drainMs },
        folder === undefined
          ? 'the agent stops with events that could not be delivered in time'
          : 'the agent stops with events that could not be delivered in time: the next one finds them in the spool',
      );
    }
    return undelivered;
  };
  const run = async () => {
    let undelivered = 0;
    try {
      const watch = (reign: AbortSignal) => runSources(sources, pipeline.observe, reign);
      const election = electionOf(lease, assembled, parts, tell);
      await (election === undefined ? watch(signal) : runElected(election, watch, signal));
    } finally {
      close();
      // Also when a source broke: what was seen before is delivered.
      undelivered = await drain();
      await folder?.close();
      await monitor?.close();
    }
    return { undelivered };
  };
  return { finished: run() };
}

/** The election of the one that watches; undefined where there is none. */
function electionOf(
  lease: LeaseName | undefined,
  { kubernetes }: AssembledSources,
  { clock, random, instance, steady = steadyClock }: AgentParts,
  tell: Tell,
): ElectionSettings | undefined {
  if (lease === undefined || kubernetes === undefined) return undefined;
  return {
    store: createLeaseStore(kubernetes, lease),
    lease: `${lease.namespace}/${lease.name}`,
    identity: `${hostname()}_${instance}`,
    steady,
    now: () => clock.now(),
    random,
    tell,
  };
}

async function openFolder(
  { spoolDir, spoolMaxBytes, cluster }: AgentSettings,
  { clock, log }: AgentParts,
): Promise<SpoolFolder | undefined> {
  if (spoolDir !== undefined) {
    return openSpoolFolder({ folder: spoolDir, cluster, maxBytes: spoolMaxBytes, clock, log });
  }
  log.info(
    {},
    'what waits to be sent is kept in memory, and lost if the agent is killed: --spool-dir keeps it',
  );
  return undefined;
}
