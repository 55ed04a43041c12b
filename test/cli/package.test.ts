// What is published: the bundled program, and the client as a TypeScript user has it.
import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCli, writeClientTypes } from '../../scripts/bundle-cli.mjs';
import { type ApiProcess, startApi } from '../support/api-process.ts';
import { aCli, type Cli } from '../support/cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let entry: string;
let api: ApiProcess;
let cli: Cli;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podlapse-package-'));
  const dist = join(folder, 'node_modules', 'podlapse', 'dist', 'cli');
  ({ entry } = await bundleCli(dist));
  await writeClientTypes(dist);
  api = await startApi();
  cli = await aCli(api.url, entry);
}, 60_000);
afterAll(async () => {
  await api.close();
  await cli.remove();
  await rm(folder, { recursive: true });
});

describe('the bundled program', () => {
  it('does what the source does, without the tree around it', async () => {
    const { code, out } = await cli.run(['timeline', 'pod-apache', '-n', 'default', '--cluster', 'example']);
    expect([code, out.includes('1 NOT counted')]).toEqual([0, true]);
    const recording = join(ROOT, 'examples/seed/recording.ndjson');
    const replayed = await cli.run(['replay', recording, '--cluster', 'copy', '--speed', 'max']);
    expect(replayed.code).toBe(0);
    expect((await cli.run(['clusters'])).out).toContain('copy');
  });

  it('reads a kubeconfig that is no plain one', async () => {
    const path = join(folder, 'kubeconfig.json');
    await writeFile(
      path,
      '{"current-context": "example", "contexts": [{"name": "example", "context": {"namespace": "default"}}]}',
    );
    expect((await cli.run(['pods'], { KUBECONFIG: path })).out).toContain('pod-apache');
  });

  it('can be called by a link, and executed', () => {
    const env = { PATH: `${join(process.execPath, '..')}:${process.env['PATH']}`, HOME: folder };
    expect(execFileSync(entry, ['--help'], { encoding: 'utf8', env })).toContain('podlapse COMMAND');
  });
});

describe('the client', () => {
  beforeAll(async () => {
    await writeFile(
      join(folder, 'node_modules', 'podlapse', 'package.json'),
      JSON.stringify({
        name: 'podlapse',
        type: 'module',
        exports: {
          './client': {
            types: './dist/cli/types/cli/client/public.d.ts',
            default: './dist/cli/client.mjs',
          },
        },
      }),
    );
    for (const dependency of ['zod', '@types']) {
      await symlink(join(ROOT, 'node_modules', dependency), join(folder, 'node_modules', dependency));
    }
    await mkdir(join(folder, 'example'));
    await cp(join(ROOT, 'examples/client/worst-workloads.ts'), join(folder, 'example', 'worst-workloads.ts'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          module: 'nodenext',
          target: 'es2024',
          types: ['node'],
          skipLibCheck: false,
          exactOptionalPropertyTypes: true,
        },
        include: ['example'],
      }),
    );
  });

  it('has types with which the example is right', async () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const checking = promisify(execFile)(process.execPath, [tsc, '--project', folder]);
    const { stdout } = await checking.catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });

  it('is what the example runs with', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(folder, 'example/worst-workloads.ts')],
      {
        env: { PODLAPSE_API: api.url, FROM: '2020-02-10T00:00:00Z', TO: '2020-02-17T00:00:00Z' },
      },
    );
    expect(stdout).toMatch(
      /^copy default Pod\/pod-apache: 4 restarts, 1 not counted, down [\d.]+ s\nexample default /,
    );
  });

  it('says the problem of the API', async () => {
    const running = promisify(execFile)(process.execPath, [join(folder, 'example/worst-workloads.ts')], {
      env: { PODLAPSE_API: api.url, FROM: 'yesterday' },
    });
    const { stderr } = await running.catch((error: { stderr: string }) => error);
    expect(stderr).toContain(
      'A parameter is not valid: The parameter "from" must be an RFC 3339 time in UTC',
    );
  });
});
