// Which workloads did the most harm by restarting in the last week, and is the record of them whole? Run it with
// PODLAPSE_API=http://127.0.0.1:8080 node worst-workloads.ts
import { ApiProblemError, createClient, reads, type RestartReport } from 'podlapse/client';

const WEEK_MS = 7 * 24 * 3_600_000;

const client = createClient({
  api: process.env['PODLAPSE_API'] ?? 'http://127.0.0.1:8080',
  token: process.env['PODLAPSE_TOKEN'],
});

try {
  const report: RestartReport = await client.read(
    reads.restartReport({
      from: process.env['FROM'] ?? new Date(Date.now() - WEEK_MS).toISOString(),
      to: process.env['TO'],
      by: ['cluster', 'namespace', 'workload'],
      order: 'harm',
      top: 5,
    }),
  );
  for (const { key, restarts, uncounted, downtimeMs } of report.groups) {
    console.log(
      `${key.cluster} ${key.namespace} ${key.workload}: ${restarts} restarts, ${uncounted} not counted, down ${downtimeMs / 1000} s`,
    );
  }
  for await (const { name, openGaps } of client.items((cursor) => reads.clusters({ cursor }))) {
    for (const { source, from } of openGaps) console.log(`${name}: ${source} goes unwatched since ${from}`);
  }
} catch (error) {
  if (!(error instanceof ApiProblemError)) throw error;
  console.error(`${error.title}: ${error.detail}`);
  process.exitCode = 1;
}
