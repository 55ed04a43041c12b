import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { FakeKubernetes } from '../test/support/fake-kubernetes/fake-kubernetes.ts';
import { IngestServer } from '../test/support/ingest-server.ts';
import { until } from '../test/support/until.ts';
import type { Bench } from './bench.ts';
import { type AgentBundle, bundleAgent, cpuTicks, startBundledAgent } from './bundled-agent.ts';
import { medianRatio } from './measure.ts';
import { asPod, recordedRevisions } from './recorded-pods.ts';

const NAME = 'agent-cpu-vs-parse';
const DELTAS = 20_000;
/** Until then V8 still compiles, which both pay for once. */
const WARM_UP = 40_000;
/** So many at a time, each as soon as the ones before were taken. */
const AT_ONCE = 1_000;
/** Numbers of pods that are nothing but the last of a part. */
const LAST = 900_000_000;
const WITHIN_MS = 60_000;

/**
 * What the agent takes of the processor for a pod delta, over reading the same watch from the same server and parsing
 * each line. The agent runs as in its image; its part is all of it: list-watch, trim, spool with fsync, compression,
 * delivery. The deltas are the real ones of the recordings, again and again: some eighty pods that never rest.
 */
export const agentCpu: Bench = {
  names: [NAME],
  async run() {
    const bundle = await bundleAgent();
    try {
      const ratio = await medianRatio(
        { warmUp: 0, counted: 5 },
        () => agentTicks(bundle),
        () => parserTicks(),
      );
      return [{ name: NAME, value: ratio, unit: 'ratio', goal: 3, better: 'lower' }];
    } finally {
      await bundle.remove();
    }
  },
};

interface Reader {
  ticks(): Promise<number>;
  /** Whether this pod, the last of those that were sent, has been dealt with. */
  hasSeen(uid: string): boolean;
}

async function agentTicks(bundle: AgentBundle): Promise<number> {
  const [kubernetes, server] = await Promise.all([FakeKubernetes.start(), IngestServer.start()]);
  const settings = ['--role=node', '--node-name=node1', '--docker=off'];
  const agent = await startBundledAgent(bundle, kubernetes, server.url, settings);
  try {
    return await measure(kubernetes, {
      ticks: () => cpuTicks(agent.process),
      hasSeen: (uid) =>
        server.requests.at(-1)?.events.some((event) => event.source === 'pod' && event.pod.uid === uid) ===
        true,
    });
  } finally {
    await agent.stop();
    await Promise.all([kubernetes.close(), server.close()]);
  }
}

async function parserTicks(): Promise<number> {
  const kubernetes = await FakeKubernetes.start();
  const folder = kubernetes.files.serviceAccountFolder;
  const query = `watch=true&resourceVersion=${kubernetes.version}&fieldSelector=spec.nodeName%3Dnode1`;
  const parser = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('parse-watch.ts', import.meta.url)),
      `${kubernetes.url}/api/v1/pods?${query}`,
      join(folder, 'ca.crt'),
      join(folder, 'token'),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(parser, 'exit');
  const seen = new Set<string>();
  const lines = createInterface(parser.stdout);
  await once(lines, 'line');
  lines.on('line', (uid) => seen.add(uid));
  try {
    return await measure(kubernetes, { ticks: () => cpuTicks(parser), hasSeen: (uid) => seen.has(uid) });
  } finally {
    parser.kill('SIGKILL');
    await ended;
    await kubernetes.close();
  }
}

/** Sends deltas, a part after the other was dealt with, and gives what that took, without the first of them. */
async function measure(kubernetes: FakeKubernetes, reader: Reader): Promise<number> {
  const revisions = recordedRevisions();
  const pods = new Map(revisions.map(({ metadata }) => metadata.uid).map((uid, index) => [uid, index]));
  let sent = 0;
  const send = async (deltas: number) => {
    for (const end = sent + deltas; sent < end; sent += AT_ONCE) {
      for (let index = sent; index < sent + AT_ONCE; index += 1) {
        const revision = revisions[index % revisions.length];
        if (revision === undefined) continue;
        kubernetes.put(asPod(revision, pods.get(revision.metadata.uid) ?? 0, 'node1'));
      }
      // A pod that nothing is yet known of is always told, so it shows that all before it were.
      const [pod] = revisions;
      if (pod === undefined) throw new Error('there are no recorded pods');
      const last = kubernetes.put(asPod(pod, LAST + sent, 'node1'));
      await until('it was dealt with', () => reader.hasSeen(last.metadata.uid), WITHIN_MS);
    }
  };
  await send(WARM_UP);
  const before = await reader.ticks();
  await send(DELTAS);
  return (await reader.ticks()) - before;
}
