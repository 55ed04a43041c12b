import { zstdCompressSync } from 'node:zlib';
import type { Bench, BenchResult } from './bench.ts';
import { CLUSTER, type LambdaStand, type Probe, setUpLambda } from './lambda-stand.ts';
import { medianRatio } from './measure.ts';
import { churnTrace } from './trace.ts';

const NAME = 'lambda-cold-vs-sdk-only';
const FIRSTS = ['', '-ingest', '-timeline'] as const;

/**
 * Import and first request in a process of its own, over those of a function that has the DynamoDB client and nothing
 * else and reads one item. The first request is a read of one item here too (`/readyz`); beside it, only watched, the
 * first batch of an agent and the first timeline of a reader, which ask the database several times.
 */
export const lambdaCold: Bench = {
  names: FIRSTS.map((first) => NAME + first),
  async run() {
    const stand = await setUpLambda();
    try {
      const trace = churnTrace({
        pods: 1,
        restartsPerPod: 5,
        startAt: '2026-01-31T08:00:00.000Z',
        restartEveryMs: 60_000,
        seed: 'cold',
      });
      const [first] = trace;
      const uid = first === undefined || first.source === 'agent' ? '' : (first.pod?.uid ?? '');
      const firsts: Readonly<Record<(typeof FIRSTS)[number], unknown>> = {
        '': stand.asReader({ method: 'GET', path: '/readyz' }),
        '-ingest': stand.asAgent({
          method: 'POST',
          path: `/v1/clusters/${CLUSTER}/events`,
          headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'zstd' },
          body: zstdCompressSync(trace.map((event) => JSON.stringify(event)).join('\n')),
        }),
        '-timeline': stand.asReader({ method: 'GET', path: `/v1/clusters/${CLUSTER}/pods/${uid}/timeline` }),
      };
      const results: BenchResult[] = [];
      for (const name of FIRSTS) {
        results.push({
          name: NAME + name,
          value: await coldRatio(stand, firsts[name]),
          unit: 'ratio',
          goal: name === '' ? 1.25 : null,
          better: 'lower',
        });
      }
      return results;
    } finally {
      await stand.close();
    }
  },
};

function coldRatio({ api, bare }: LambdaStand, event: unknown): Promise<number> {
  return medianRatio(
    { warmUp: 2, counted: 21 },
    () => coldMs(api(), event),
    () => coldMs(bare(), {}),
  );
}

async function coldMs(probe: Probe, event: unknown): Promise<number> {
  try {
    return (await probe.invoke(event)).ms;
  } finally {
    await probe.end();
  }
}
