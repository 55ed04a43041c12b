import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { FakeKubernetes } from '../test/support/fake-kubernetes/fake-kubernetes.ts';
import { IngestServer } from '../test/support/ingest-server.ts';
import { missingForTracefs, mountTracefs } from '../test/support/tracefs.ts';
import type { Bench } from './bench.ts';
import { type AgentBundle, bundleAgent, residentKb, startBundledAgent } from './bundled-agent.ts';
import { median } from './measure.ts';
import { asPod, recordedRevisions } from './recorded-pods.ts';
import { startContainerdOfPods } from './containerd-of-pods.ts';

const NODE = 'agent-idle-memory-vs-node';
const CRI = 'agent-cri-memory-vs-node';
const CLUSTER = 'agent-10k-pods-memory-vs-node';

/** How long an agent is left alone before it is looked at, and between looks. */
const SETTLE_MS = 5_000;
const LOOKS = 3;
const PODS_ON_NODE = 110;

/**
 * What the agent has resident when nothing happens, over a bare `node`: as its image runs it (bundle and flags), with a
 * pod's credentials, a spool on disk and metrics. The pods are copies of real ones; the bare process has no flags.
 */
export const agentMemory: Bench = {
  names: [NODE, CRI, CLUSTER],
  async run() {
    const bundle = await bundleAgent();
    try {
      const bareKb = await bareNodeKb();
      const node = await idleKb(bundle, PODS_ON_NODE, [...ON_NODE, '--cri=off']);
      const cri = await criKb(bundle);
      const cluster = await idleKb(bundle, 10_000, ['--role=cluster']);
      return [
        { name: NODE, value: node / bareKb, unit: 'ratio', goal: 1.8, better: 'lower' },
        { name: CRI, value: cri / bareKb, unit: 'ratio', goal: 2.2, better: 'lower' },
        { name: CLUSTER, value: cluster / bareKb, unit: 'ratio', goal: 4, better: 'lower' },
      ];
    } finally {
      await bundle.remove();
    }
  },
};

const ON_NODE = ['--role=node', '--node-name=node1', '--docker=off'];

/** The same on a node with containerd, where the kernel is asked who sends signals if it can be. */
async function criKb(bundle: AgentBundle): Promise<number> {
  const containerd = await startContainerdOfPods(PODS_ON_NODE);
  const tracefs = missingForTracefs(false) === undefined ? mountTracefs() : undefined;
  try {
    return await idleKb(bundle, PODS_ON_NODE, [
      ...ON_NODE,
      `--cri=${containerd.socketPath}`,
      ...(tracefs === undefined ? [] : [`--tracefs=${tracefs.path}`]),
    ]);
  } finally {
    tracefs?.unmount();
    await containerd.close();
  }
}

async function bareNodeKb(): Promise<number> {
  const bare = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  const ended = once(bare, 'exit');
  try {
    await delay(1_000);
    return await residentKb(bare);
  } finally {
    bare.kill('SIGKILL');
    await ended;
  }
}

async function idleKb(bundle: AgentBundle, pods: number, settings: readonly string[]): Promise<number> {
  const [kubernetes, server] = await Promise.all([FakeKubernetes.start(), IngestServer.start()]);
  try {
    const revisions = recordedRevisions();
    for (let number = 0; number < pods; number += 1) {
      const revision = revisions[number % revisions.length];
      if (revision !== undefined) kubernetes.put(asPod(revision, number, 'node1'));
    }
    const agent = await startBundledAgent(bundle, kubernetes, server.url, settings);
    try {
      const looks: number[] = [];
      for (let look = 0; look < LOOKS; look += 1) {
        await delay(SETTLE_MS);
        looks.push(await residentKb(agent.process));
      }
      return median(looks);
    } finally {
      await agent.stop();
    }
  } finally {
    await Promise.all([kubernetes.close(), server.close()]);
  }
}
