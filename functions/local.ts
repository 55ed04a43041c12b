// `npm start`: the API, its page and an embedded DynamoDB on loopback, and an agent for what is found here.
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clusterOfContext } from '../timeline/cluster-of-context.ts';
import { createApi } from './api/api.ts';
import { createChanges } from './api/changes.ts';
import { createTokenDesk } from './api/identity/token-desk.ts';
import { createLoopbackAccess } from './api/loopback-access.ts';
import { createPageFiles } from './api/pages/page-files.ts';
import { keepRunning, type KeptProcess } from './local/agent-process.ts';
import { EXAMPLE_CLUSTER, loadExample } from './local/example.ts';
import { serveLocally } from './local/server.ts';
import { readLocalSettings, SettingError } from './local/settings.ts';
import { findSources, type LocalSources } from './local/sources.ts';
import { createTerminalLog } from './local/terminal-log.ts';
import { createDynamoStore } from './store/dynamo-store.ts';
import { startEmbeddedDatabase } from './store/embedded.ts';
import { EmbeddedStoreError } from './store/errors.ts';
import { createRegistrationTable } from './store/registration-store.ts';
import type { Store } from './store/store.ts';
import { createTokenTable } from './store/token-table.ts';

const AGENT = fileURLToPath(new URL('../agent/main.ts', import.meta.url));
const PAGE = fileURLToPath(new URL('../dist/web', import.meta.url));
const PATIENCE_MS = 5_000;
/** The agent goes on delivering for ten seconds after it was asked to end. */
const AGENT_PATIENCE_MS = 15_000;
/** Each holds a connection; browsers open a few for each tab. */
const MAX_FOLLOWERS = 200;
const EXAMPLE_TIMEOUT_MS = 15_000;

const log = createTerminalLog((line) => process.stderr.write(line));

/** Starts everything, and gives what ends it, in the order: the agent, the server, the database. */
async function start(): Promise<() => Promise<void>> {
  const settings = readLocalSettings(process.env);
  const database = await startEmbeddedDatabase(settings.dataDir);
  const store = createDynamoStore({ ...database, clock: Date.now, retention: settings.retention });
  const changes = createChanges({ maxFollowers: MAX_FOLLOWERS });
  const api = createApi({
    store,
    authorise: createLoopbackAccess(),
    tokens: createTokenDesk({ tokens: createTokenTable(database), clock: Date.now, randomBytes }),
    registrations: createRegistrationTable(database),
    changes,
    page: createPageFiles(PAGE),
    log,
    clock: Date.now,
    randomId: () => crypto.randomUUID(),
  });
  const server = await serveLocally(api, settings.port).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });

  const sources =
    settings.agent === 'off'
      ? undefined
      : await findSources({ env: process.env, homeDir: homedir(), timeoutMs: 1_000 });
  const agent = sources === undefined ? undefined : startAgent(sources, server.url, settings.dataDir);
  if (agent === undefined && (await wantsExample(store, settings.agent))) {
    await loadExample(server.url, log, EXAMPLE_TIMEOUT_MS);
  }
  process.stdout.write(`podlapse is listening on ${server.url}\n`);
  sayNextSteps(server.url, sources);

  return async () => {
    await agent?.stop();
    changes.close();
    await server.close(PATIENCE_MS);
    await database.close();
  };
}

/** With the agent switched off, the example stands in for a store that is empty; otherwise it is there once for all. */
async function wantsExample(store: Store, agent: 'auto' | 'off'): Promise<boolean> {
  if (agent === 'off') return (await store.clusters(1)).items.length === 0;
  return (await store.pods(EXAMPLE_CLUSTER, {}, 1)).items.length === 0;
}

function startAgent(
  { kubeContext, dockerSocket, criSocket }: LocalSources,
  api: string,
  dataDir: string,
): KeptProcess | undefined {
  if (kubeContext === undefined && dockerSocket === undefined && criSocket === undefined) return undefined;
  const cluster = clusterOfContext(kubeContext);
  return keepRunning({
    name: 'agent',
    command: [
      process.execPath,
      AGENT,
      `--cluster=${cluster}`,
      `--api=${api}`,
      `--spool-dir=${join(dataDir, 'agent', cluster)}`,
      '--stop-with=stdin',
      '--role=all',
      ...(kubeContext === undefined ? ['--kubernetes=off'] : []),
      `--docker=${dockerSocket ?? 'off'}`,
      `--cri=${criSocket ?? 'off'}`,
    ],
    log,
    patienceMs: AGENT_PATIENCE_MS,
  });
}

function sayNextSteps(url: string, sources: LocalSources | undefined): void {
  log.info(`open ${url} in a browser`);
  if (sources?.kubeContext !== undefined) {
    const cluster = clusterOfContext(sources.kubeContext);
    log.info(`recording the kube context "${sources.kubeContext}" as cluster "${cluster}"`);
  }
  if (sources?.dockerSocket !== undefined) log.info(`recording Docker at ${sources.dockerSocket}`);
  if (sources?.criSocket !== undefined) log.info(`recording the container runtime at ${sources.criSocket}`);
  if (sources === undefined || Object.values(sources).every((source) => source === undefined)) {
    log.info(`the example: ${url}/pod?cluster=${EXAMPLE_CLUSTER}&namespace=default&name=pod-apache`);
    log.info(`the same in a terminal: curl '${url}/v1/clusters/${EXAMPLE_CLUSTER}/pods'`);
    log.info(`to record a cluster: npm run agent -- --cluster NAME --api ${url}`);
  }
}

/** Ends on SIGTERM and SIGINT; a second one does not wait. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('could not end cleanly', { error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

try {
  stopOnSignal(await start());
} catch (error) {
  const expected = error instanceof SettingError || error instanceof EmbeddedStoreError;
  log.error(expected ? error.message : 'could not start', expected ? {} : { error });
  process.exitCode = 1;
}
