/** Records scenarios: `node test/lab/scenarios/run.ts [NAME…] [--runtime docker|containerd] [--out FOLDER] [--keep]`. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { LabError } from '../lab-error.ts';
import { recordingsOf } from '../stage/findings.ts';
import { play } from '../stage/play.ts';
import { scenarios } from './all.ts';

const usage = `usage: node test/lab/scenarios/run.ts [NAME…] [--out FOLDER] [--at-once N] [--keep]

Plays the scenarios (all that the runtime can have, if none is named) in a lab and writes FOLDER/NAME/recording.ndjson.gz and truth.json.
--keep leaves the lab standing for the next time.

${scenarios.map(({ name, title }) => `  ${name.padEnd(26)} ${title}`).join('\n')}`;

const stop = new AbortController();
process.on('SIGINT', () => stop.abort());
process.on('SIGTERM', () => stop.abort());

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      runtime: { type: 'string', default: 'docker' },
      out: { type: 'string' },
      'at-once': { type: 'string', default: '4' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const unknown = positionals.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new LabError(`There is no scenario ${unknown.join(', ')}: see --help.`);

  const atOnce = Number(values['at-once']);
  if (!Number.isInteger(atOnce) || atOnce < 1) {
    throw new LabError(`--at-once ${values['at-once']} is no number of scenarios: give 1 or more.`);
  }

  const { runtime } = values;
  if (runtime !== 'docker' && runtime !== 'containerd')
    throw new LabError(`--runtime ${runtime} is none: give docker or containerd.`);
  const out = resolve(values.out ?? recordingsOf(runtime));
  const possible = scenarios.filter(({ onlyDocker }) => runtime === 'docker' || onlyDocker !== true);
  const startedMs = performance.now();
  const failed = await play({
    runtime,
    scenarios:
      positionals.length === 0 ? possible : possible.filter(({ name }) => positionals.includes(name)),
    signal: stop.signal,
    report: console.log,
    atOnce,
    keepLabs: values.keep,
    async played({ name }, { truth, lines }) {
      const folder = join(out, name);
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const recording = gzipSync(lines.map((line) => `${line}\n`).join(''), { level: 9 });
      await writeFile(join(folder, 'recording.ndjson.gz'), recording);
      await writeFile(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
    },
  });
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  if (stop.signal.aborted) {
    console.log(`Interrupted after ${seconds} s.`);
    return 130;
  }
  console.log(`All played after ${seconds} s${failed.length === 0 ? '' : `, but for ${failed.join(', ')}`}.`);
  return failed.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LabError) && !(error instanceof TypeError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
