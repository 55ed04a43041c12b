// A fake cluster, a server in the place of the API, and an agent with a spool that can be started again and again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AgentEvent } from '../../timeline/contract/agent-event.ts';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';
import { startAgentProgram } from './agent-program.ts';
import { ChurningCluster } from './churning-cluster.ts';
import { FakeKubernetes } from './fake-kubernetes/fake-kubernetes.ts';
import { IngestServer } from './ingest-server.ts';
import { until } from './until.ts';

export interface WorldOptions {
  /** Where the spool is; default: a folder of its own. */
  readonly spoolDir?: string;
  readonly flags?: readonly string[];
}

export async function aWorld({ spoolDir, flags = [] }: WorldOptions = {}) {
  const kubernetes = await FakeKubernetes.start({ bookmarkEveryMs: 200 });
  const server = await IngestServer.start();
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-faults-'));
  onTestFinished(async () => {
    await kubernetes.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const spool = spoolDir ?? join(folder, 'spool');
  /** As a store keeps them: the first of each id. */
  const stored = () => {
    const events = new Map<string, RecordedEvent>();
    for (const event of server.events) if (!events.has(event.id)) events.set(event.id, event);
    return events;
  };
  const statements = () =>
    Array.from(stored().values()).filter((event): event is AgentEvent => event.source === 'agent');
  return {
    kubernetes,
    server,
    spool,
    cluster: new ChurningCluster(kubernetes),
    stored,
    statements,
    start: () =>
      startAgentProgram('agent/main.ts', [
        '--cluster=lab',
        `--api=${server.url.href}`,
        `--kubeconfig=${kubernetes.files.kubeconfig}`,
        '--docker=off',
        `--spool-dir=${spool}`,
        ...flags,
      ]),
    /** Waits until the agent has stated as much of each of these sources. */
    stated: (type: AgentEvent['type'], watched: AgentEvent['watched'], times = 1) =>
      until(
        `${type} of ${watched} was stated ${times} times`,
        () => statements().filter((one) => one.type === type && one.watched === watched).length >= times,
        20_000,
      ),
    /** Waits until everything that happened in the cluster is stored. */
    complete: async (cluster: ChurningCluster, withinMs = 20_000): Promise<void> => {
      const missing = () => {
        const ids = stored();
        return Array.from(cluster.expected).filter((id) => !ids.has(id));
      };
      await until('all is stored', () => missing().length === 0, withinMs).catch((error: unknown) => {
        throw new Error(`${missing().length} are missing, such as ${missing().slice(0, 5).join()}`, {
          cause: error,
        });
      });
    },
    timelineOf: (uid: string): Timeline => {
      const timeline = reconstruct('lab', uid, stored().values());
      if (timeline === undefined) throw new Error(`nothing is known of ${uid}`);
      return timeline;
    },
  };
}
