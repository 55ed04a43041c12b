import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../test/support/until.ts';
import type { Bench } from './bench.ts';
import { type AgentRun, bundleAgent, residentKb, startBundledAgent } from './bundled-agent.ts';
import type { DeltaOrder, DeltaServerSaying } from './delta-server.ts';
import type { SinkSaying } from './event-sink.ts';
import { median } from './measure.ts';

const NAME = 'agent-sustained-deltas';
/** A little more than the goal, so that it can be seen to be kept up. */
const PER_SECOND = 5_500;
const SECONDS = 60;
/** Until then V8 compiles, and the heap grows to what the pods need. */
const WARM_UP_SECONDS = 20;
/** How long after the last delta was sent the last may be delivered: a batch waits 0.2 s for company. */
const BEHIND_MS = 3_000;
/** What the second half of the minute may have more than the first: the collector of garbage has its moods. */
const GROWTH = 1.2;
/** A spool that only has what is on its way: as much as two batches. */
const SPOOL_BYTES = 2 * 1024 * 1024;

/**
 * How many pod deltas a second the agent keeps up with for a minute: read from a watch, trimmed, made safe on disk,
 * delivered. A server sends them at a fixed pace, as loud as the goal asks and a tenth more; it counts what a sink at the
 * far end was given within seconds of the end. Nothing counts if a delta is lost, or if what the agent has resident or
 * in its spool is more in the second half of the minute than in the first. Server and sink are processes of their own.
 */
export const agentSustainedDeltas: Bench = {
  names: [NAME],
  async run() {
    const bundle = await bundleAgent();
    const [server, sink] = [startProcess('delta-server.ts'), startProcess('event-sink.ts')];
    try {
      const { port, serviceAccountFolder } = await saying<DeltaServerSaying, 'listening'>(
        server,
        'listening',
      );
      const { port: sinkPort } = await saying<SinkSaying, 'listening'>(sink, 'listening');
      const agent = await startBundledAgent(
        bundle,
        { port, files: { serviceAccountFolder } },
        new URL(`http://127.0.0.1:${sinkPort}`),
        ['--role=node', '--node-name=node1', '--docker=off'],
      );
      try {
        const value = await keptUp(agent, server, sink);
        return [{ name: NAME, value, unit: 'deltas/s', goal: 5_000, better: 'higher' }];
      } finally {
        await agent.stop();
      }
    } finally {
      for (const child of [server, sink]) child.disconnect();
      await bundle.remove();
    }
  },
};

async function keptUp(agent: AgentRun, server: ChildProcess, sink: ChildProcess): Promise<number> {
  const warmUp = WARM_UP_SECONDS * PER_SECOND;
  await send(server, warmUp);
  await until('it has warmed up', async () => (await countOf(sink)) >= warmUp, 60_000);

  const sending = send(server, SECONDS * PER_SECOND);
  const looks: Look[] = [];
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      looks.push(await lookAt(agent));
      await delay(1_000);
    }
  })();
  const startedAt = performance.now();
  await sending;
  const sentAt = performance.now();
  over.abort();
  await looking;
  await until(
    'all is there',
    async () =>
      (await countOf(sink)) - warmUp >= SECONDS * PER_SECOND || performance.now() - sentAt > BEHIND_MS,
    BEHIND_MS * 2,
  );
  const delivered = (await countOf(sink)) - warmUp;
  await until('nothing is lost', async () => (await countOf(sink)) - warmUp >= SECONDS * PER_SECOND, 120_000);
  const growth = growthOf(looks);
  if (growth === undefined) return delivered / ((sentAt - startedAt) / 1000);
  console.error(`${NAME}: ${growth}`);
  return 0;
}

interface Look {
  readonly residentKb: number;
  readonly spoolBytes: number;
}

async function lookAt({ process: agent, metricsUrl }: AgentRun): Promise<Look> {
  const text = await (await fetch(metricsUrl)).text();
  const spoolBytes = Number(/^podlapse_agent_spool_bytes (\d+)$/m.exec(text)?.[1]);
  return { residentKb: await residentKb(agent), spoolBytes };
}

/** What grew; undefined for nothing. */
function growthOf(looks: readonly Look[]): string | undefined {
  const middle = Math.floor(looks.length / 2);
  const [first, second] = [looks.slice(0, middle), looks.slice(middle)];
  const [before, after] = [first, second].map((half) => median(half.map((look) => look.residentKb)));
  if (!((after ?? Number.NaN) <= (before ?? Number.NaN) * GROWTH)) {
    return `it had ${before} KiB resident in the first half, and ${after} in the second`;
  }
  const spool = median(second.map(({ spoolBytes }) => spoolBytes));
  return spool <= SPOOL_BYTES ? undefined : `it had ${spool} bytes in its spool in the second half`;
}

function startProcess(file: string): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Waits for one of the things that the process can say. */
async function saying<S extends { readonly is: string }, W extends S['is']>(
  child: ChildProcess,
  what: W,
): Promise<Extract<S, { readonly is: W }>> {
  const [said] = (await once(child, 'message')) as [S];
  if (said.is !== what) throw new Error(`a process of the benchmark said "${said.is}", not "${what}"`);
  return said as Extract<S, { readonly is: W }>;
}

async function send(server: ChildProcess, deltas: number): Promise<void> {
  const sent = saying<DeltaServerSaying, 'sent'>(server, 'sent');
  server.send({ deltas, perSecond: PER_SECOND } satisfies DeltaOrder);
  await sent;
}

async function countOf(sink: ChildProcess): Promise<number> {
  const counted = saying<SinkSaying, 'count'>(sink, 'count');
  sink.send('count');
  return (await counted).deltas;
}
