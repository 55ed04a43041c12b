// What the documents say is held against what there is: commands are run, and lists are complete.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costTable } from '../scripts/cost-table.mjs';
import { INCIDENT_KINDS } from '../timeline/contract/incident.ts';
import { PATTERN_KINDS } from '../timeline/contract/pattern.ts';
import { CAUSES } from '../timeline/contract/words.ts';
import { REPLACEMENT_CAUSES } from '../timeline/contract/workload-timeline.ts';
import { SETTINGS } from '../infra/config/settings.ts';
import { type ApiProcess, startApi } from './support/api-process.ts';
import { documentedOperations } from './support/openapi.ts';

const run = promisify(execFile);
const read = (path: string) => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
const commandsOf = (markdown: string) =>
  [...markdown.matchAll(/```sh\n(.*?)```/gs)].map(([, commands = '']) => commands).join('\n');

let api: ApiProcess;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** Runs shell commands as a reader would, but for the address; any answer that is no success ends them. */
async function runCommands(commands: string): Promise<string> {
  const script = `set -euo pipefail\ncurl() { command curl --silent --show-error --fail-with-body "$@"; echo; }\n${commands}`;
  const { stdout } = await run('bash', ['-c', script.replaceAll(/(?:http:\/\/)?localhost:8080/g, api.url)], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

describe('docs/api.md', () => {
  const markdown = read('docs/api.md');

  it('has commands that work as they stand', async () => {
    const output = await runCommands(commandsOf(markdown));
    expect(output).toContain('removed-externally');
    expect(output).toMatch(/"rejected":\[\{"index":1,"id":"a bad one"/);
  });

  it('shows every route that the OpenAPI document has', () => {
    const shown = [...commandsOf(markdown).matchAll(/curl(?:[^\n']|'[^']*')*/g)].map(([command]) => ({
      method: /-X (\w+)/.exec(command)?.[1] ?? (command.includes('--json') ? 'POST' : 'GET'),
      path: new URL(/http:[^\s'")]+/.exec(command)?.[0] ?? '').pathname,
    }));
    const missing = documentedOperations().filter(({ method, path }) => {
      const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      return !shown.some((one) => one.method === method && pattern.test(one.path));
    });
    expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });
});

describe('README.md', () => {
  it('has commands for the terminal that work as they stand', async () => {
    const commands = [...read('README.md').matchAll(/^npx podlapse (.*?)(?: +#.*)?$/gm)].map(
      ([, command = '']) => command,
    );
    expect(commands.length).toBeGreaterThan(3);
    for (const command of commands) {
      const { stdout } = await run(process.execPath, ['cli/main.ts', ...command.split(' ')], {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        env: { PATH: process.env['PATH'], PODLAPSE_API: api.url },
      });
      expect(stdout).toMatch(/removed-externally|Usage/);
    }
  });

  it('has commands to look with that work as they stand', async () => {
    const [, looking = ''] = /By HTTP.*?```\n(.*?)```/s.exec(read('README.md')) ?? [];
    const commands = looking.split('\n').filter((line) => line.startsWith('curl'));
    expect(commands.length).toBeGreaterThan(5);
    expect(await runCommands(commands.join('\n').replaceAll(/ > \S+/g, ''))).toContain('removed-externally');
  });
});

describe('docs/causes.md', () => {
  const markdown = read('docs/causes.md');

  it.each([...CAUSES, ...REPLACEMENT_CAUSES, ...PATTERN_KINDS, ...INCIDENT_KINDS])('tells of %s', (word) => {
    expect(markdown).toContain(`\`${word}\``);
  });
});

describe('docs/operate.md', () => {
  it('has the costs that the command computes', () => {
    expect(read('docs/operate.md')).toContain(costTable());
  });

  it('names settings that there are', () => {
    const named = [...read('docs/operate.md').matchAll(/-c (\w+)=/g)].map(([, name = '']) => name);
    expect(new Set(named).size).toBeGreaterThan(4);
    for (const name of named) expect([...Object.keys(SETTINGS), 'help']).toContain(name);
  });
});

describe('links', () => {
  it.each([
    'README.md',
    'CONTRIBUTING.md',
    'docs/api.md',
    'docs/architecture.md',
    'docs/causes.md',
    'docs/operate.md',
  ])('of %s lead somewhere', (path) => {
    const targets = [...read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(0);
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
    const missing = targets.filter(
      (target) => !existsSync(new URL(`../${folder}${target}`, import.meta.url)),
    );
    expect(missing).toEqual([]);
  });
});
