// Runs the benchmarks, all or those named as arguments; prints a table and writes `bench/results.json`.
import { writeFile } from 'node:fs/promises';
import { agentCpu } from './agent-cpu.ts';
import { agentMemory } from './agent-memory.ts';
import { agentSustainedDeltas } from './agent-sustained-deltas.ts';
import { type Bench, type BenchResult, holds } from './bench.ts';
import { cliStart } from './cli-start.ts';
import { hottestPartition } from './hottest-partition.ts';
import { ingestRate } from './ingest-rate.ts';
import { killToReadable } from './kill-to-readable.ts';
import { lambdaBundle } from './lambda-bundle.ts';
import { lambdaCold } from './lambda-cold.ts';
import { lambdaWarm } from './lambda-warm.ts';
import { pageFirstLoad } from './page-first-load.ts';
import { historyGrowth, readUnitsOfTimeline } from './read-units.ts';
import { reconstructLinearity, reconstructOverParsing } from './reconstruct.ts';
import { reportUnits } from './report-units.ts';
import { timelineLatency } from './timeline-latency.ts';
import { wireBytes } from './wire-bytes.ts';
import { writeUnits } from './write-units.ts';

const BENCHES: readonly Bench[] = [
  // First, in a process that has nothing else in its memory to look after.
  reconstructLinearity,
  reconstructOverParsing,
  agentMemory,
  agentCpu,
  agentSustainedDeltas,
  killToReadable,
  wireBytes,
  ingestRate,
  timelineLatency,
  writeUnits,
  readUnitsOfTimeline,
  reportUnits,
  hottestPartition,
  historyGrowth,
  cliStart,
  lambdaBundle,
  lambdaCold,
  lambdaWarm,
  pageFirstLoad,
];

async function main(wanted: readonly string[]): Promise<void> {
  const known = BENCHES.flatMap(({ names }) => names);
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`there is no benchmark ${unknown.join(', ')}; there are ${known.join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const chosen = BENCHES.filter(
    ({ names }) => wanted.length === 0 || names.some((name) => wanted.includes(name)),
  );
  const results: BenchResult[] = [];
  for (const bench of chosen) {
    console.error(`measuring ${bench.names.join(', ')} ...`);
    results.push(...(await bench.run()));
  }
  const rounded = results.map((result) => ({ ...result, value: Number(result.value.toPrecision(4)) }));
  const rows = rounded.map((result) => ({ ...result, holds: holds(result) }));
  console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])));
  await writeFile(new URL('results.json', import.meta.url), `${JSON.stringify(rows, undefined, 2)}\n`);
}

await main(process.argv.slice(2));
