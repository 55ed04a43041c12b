// The program as its user runs it, against an API with recordings of a real cluster.
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCli } from '../../scripts/bundle-cli.mjs';
import { type ApiProcess, startApi } from '../support/api-process.ts';
import { aCli, type Cli, type Told } from '../support/cli.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

const recording = (name: string) =>
  fileURLToPath(new URL(`../recordings/${name}/recording.ndjson.gz`, import.meta.url));
const LONG_AGO = ['--since', '360d'];
const ESCAPE = '\u001b';

let api: ApiProcess;
let cli: Cli;
const replayed: Told[] = [];
beforeAll(async () => {
  api = await startApi();
  cli = await aCli(api.url);
  for (const name of ['oom-kill', 'reference']) {
    replayed.push(await cli.run(['replay', recording(name), '--cluster', 'lab']));
  }
}, 60_000);
afterAll(async () => {
  await api.close();
  await cli.remove();
});

/** A kubeconfig with one context, in use. */
function kubeconfig(context: string, namespace: string): string {
  const path = join(cli.home, `${context}-${namespace}.yaml`);
  writeFileSync(
    path,
    `contexts:\n- context:\n    namespace: ${namespace}\n  name: ${context}\ncurrent-context: ${context}\n`,
  );
  return path;
}

describe('podlapse', () => {
  it('replays recordings', () => {
    expect(replayed).toHaveLength(2);
    for (const { code, out, err } of replayed) {
      expect([code, out]).toEqual([0, '']);
      expect(err).toMatch(/replayed .* as cluster "lab": \d+ events/);
    }
  });

  it('lists the restarts of a cause', async () => {
    const { code, out, err } = await cli.run([
      'restarts',
      '--cluster',
      'lab',
      ...LONG_AGO,
      '--cause',
      'oom-killed',
    ]);
    expect([code, err]).toEqual([0, '']);
    const [heading, row, ...more] = out.trimEnd().split('\n');
    expect(heading).toMatch(/^AT \(UTC\) +NAMESPACE +POD +CONTAINER +CAUSE +COUNTED +DOWN$/);
    expect(row).toMatch(/^2026-\d\d-\d\d \d\d:\d\d:\d\d +oom-kill +pod +app +oom-killed +yes +\d+ m?s$/);
    expect(more).toEqual([]);
  });

  it('lists pods in the namespace and the cluster of the current context', async () => {
    const env = { KUBECONFIG: kubeconfig('lab', 'reference') };
    const { out } = await cli.run(['pods'], env);
    expect(out.split('\n')).toHaveLength(3);
    expect(out).toMatch(/^POD +RESTARTS +UNCOUNTED .*\npod +4 +\d +\d /);
    const everywhere = await cli.run(['pods', '-A', '-o', 'wide'], env);
    expect(everywhere.out).toMatch(/^NAMESPACE +POD .* WORKLOAD +NODE +UID\n/);
    expect(everywhere.out).toContain('oom-kill');
  });

  it('shows a timeline as the API does, plain in a pipe', async () => {
    const told = await cli.run(['timeline', 'reference/pod', '--cluster', 'lab']);
    const text = await fetch(`${api.url}/v1/clusters/lab/namespaces/reference/pods/pod/timeline?format=text`);
    expect(told).toEqual({ code: 0, out: await text.text(), err: '' });
  });

  it('finds the namespace of a pod by itself where nothing tells it', async () => {
    const { out } = await cli.run(['timeline', 'pod-apache', '--cluster', 'example']);
    expect(out).toContain('4 restarts, 3 counted by Kubernetes, 1 NOT counted');
    const several = await cli.run(['timeline', 'pod', '--cluster', 'lab']);
    expect(several).toMatchObject({ code: 3, out: '' });
    expect(several.err).toContain('in several namespaces; say one with -n: oom-kill, reference.');
  });

  it('gives JSON that is the API’s, and pictures', async () => {
    const { out } = await cli.run(['timeline', 'pod-apache', '--cluster', 'example', '-o', 'json']);
    expect(JSON.parse(out)).toMatchObject({
      pod: { name: 'pod-apache' },
      summary: { restarts: 4, uncounted: 1 },
    });
    const svg = await cli.run(['workload', 'po/pod-apache', '--cluster', 'example', '-o', 'svg']);
    expect(svg.out).toMatch(/^<svg /);
    const pods = await cli.run(['pods', '--cluster', 'example', '-o', 'json']);
    expect(JSON.parse(pods.out).items).toHaveLength(1);
    const clusters = await cli.run(['clusters', '-o', 'json']);
    expect(JSON.parse(clusters.out).items.map(({ name }: { name: string }) => name)).toEqual([
      'example',
      'lab',
    ]);
  });

  it('shows workloads and nodes', async () => {
    const workload = await cli.run(['workload', 'pod/pod-apache', '--cluster', 'example']);
    expect(workload.out).toContain('default Pod/pod-apache  cluster example, 1 of 1 pod living');
    const node = await cli.run(['node', 'node2', '--cluster', 'example']);
    expect(node.out).toContain('node node2  cluster example');
  });

  it('counts across clusters, as a table, as JSON, and as the API’s own CSV', async () => {
    const when = ['--from', '2020-02-08', '--to', '2020-02-22', '--by', 'cluster,cause'];
    const table = await cli.run(['report', ...when]);
    expect(table.out).toMatch(
      /^CLUSTER +CAUSE +RESTARTS +UNCOUNTED +DOWN +ONE IN\nexample +removed-externally +1 +1 /,
    );
    expect(table.err).toContain('4 restarts in all, 1 not counted by Kubernetes');
    const weeks = await cli.run(['report', ...when, '--interval', 'week', '-o', 'csv']);
    expect(weeks.out).toMatch(/^from,to,cluster,cause,restarts,.*\r\n/);
    expect(weeks.out).toContain(
      '2020-02-10T00:00:00.000Z,2020-02-17T00:00:00.000Z,example,removed-externally,1',
    );
    const json = await cli.run(['report', ...when, '--causes', '--compare', '-o', 'json']);
    expect(JSON.parse(json.out)).toMatchObject({
      totals: { restarts: 4 },
      previous: { totals: { restarts: 0 } },
    });
  });

  it('opens the page, or says where it is', async () => {
    const { out } = await cli.run(['open', 'pod-apache', '--cluster', 'example', '--print']);
    expect(out).toBe(`${api.url}/pod?cluster=example&namespace=default&name=pod-apache\n`);
  });

  it('takes the only cluster there is, and asks which of several', async () => {
    const { code, err } = await cli.run(['pods']);
    expect([code, err]).toEqual([
      3,
      'podlapse: Which cluster? There is no kube context to tell. Say --cluster NAME; there is example, lab.\n',
    ]);
  });

  it('tells scripts of restarts by its exit code, when asked to', async () => {
    const some = await cli.run(['restarts', '--cluster', 'lab', ...LONG_AGO, '--exit-code']);
    expect(some.code).toBe(10);
    const none = await cli.run([
      'restarts',
      '--cluster',
      'lab',
      '--cause',
      'resized',
      ...LONG_AGO,
      '--exit-code',
    ]);
    expect(none).toMatchObject({ code: 0, out: '' });
    expect(none.err).toMatch(/^No such restarts of cluster lab are recorded since .* UTC\.\n$/);
  });

  it('helps, in general and with each command', async () => {
    const all = await cli.run(['--help']);
    expect(all.code).toBe(0);
    for (const part of ['restarts', 'timeline POD', 'Exit codes:', 'PODLAPSE_TOKEN', '~/.config/podlapse'])
      expect(all.out).toContain(part);
    const one = await cli.run(['restarts', '--help']);
    expect(one.out).toContain('podlapse restarts --since 24h --cause oom-killed');
    expect(all.out.split('\n').every((line) => line.length <= 118)).toBe(true);
  });
});

describe('on a terminal', () => {
  const restarts = ['restarts', '--cluster', 'example', '--since', '2020-02-14', '--until', '2020-02-15'];

  it('is coloured, and as wide as the terminal', async () => {
    const { code, out } = await cli.runOnTerminal(['timeline', 'pod-apache', '--cluster', 'example'], {}, 70);
    expect(code).toBe(0);
    expect(out).toContain(`${ESCAPE}[31mNOT counted${ESCAPE}[39m`);
    const sentences = out.split(/\r?\n/).filter((line) => line.startsWith(`${ESCAPE}[2m   `));
    expect(sentences.length).toBeGreaterThan(8);
    for (const line of sentences) expect(line.replaceAll(/\u001b\[\d+m/g, '').length).toBeLessThanOrEqual(70);
  });

  it('has tables that fit it', async () => {
    const wide = [...restarts, '-o', 'wide'];
    const narrow = await cli.runOnTerminal(wide, {}, 100);
    const lines = narrow.out.split(/\r?\n/).map((line) => line.replaceAll(/\u001b\[\d+m/g, ''));
    expect(lines.filter((line) => line.includes('removed-externally'))).toHaveLength(1);
    expect(narrow.out).toContain('…');
    expect((await cli.run(wide)).out).not.toContain('…');
  });

  it('is plain with NO_COLOR, and coloured in a pipe with --color always', async () => {
    const plain = await cli.runOnTerminal(restarts, { NO_COLOR: '1' });
    expect(plain.out).toContain('removed-externally');
    expect(plain.out).not.toContain(`${ESCAPE}[3`);
    const forced = await cli.run([...restarts, '--color', 'always']);
    expect(forced.out).toContain(`${ESCAPE}[33mremoved-externally${ESCAPE}[39m`);
  });
});

describe('what goes wrong', () => {
  it.each([
    [['timeline', 'pod-apach', '-n', 'default', '--cluster', 'example'], 3, 'Did you mean pod-apache?'],
    [
      ['timeline', 'pod-apache', '-n', 'shop', '--cluster', 'example'],
      3,
      'There is one in namespace default (-n default).',
    ],
    [
      ['timeline', 'pod-apachy', '-n', 'shop', '--cluster', 'example'],
      3,
      'Did you mean pod-apache in namespace default?',
    ],
    [['timeline', 'apache', '--cluster', 'example'], 3, 'Did you mean pod-apache?'],
    [['workload', 'pod/pod-apach', '--cluster', 'example'], 3, 'Did you mean Pod/pod-apache?'],
    [['node', 'node3', '--cluster', 'example'], 3, 'Did you mean node2?'],
    [
      ['pods', '--cluster', 'exampel'],
      3,
      'No cluster "exampel" is recorded. There is example, lab. Did you mean example?',
    ],
    [['restarts', '--since', '24'], 2, '--since 24: give 30m, 24h or 7d'],
    [['timeline', '..', '-n', 'default', '--cluster', 'example'], 2, '".." is no name'],
    [['report', '--by', 'clutser'], 2, 'Did you mean cluster?'],
    [['replay', 'x.ndjson'], 2, 'say --cluster NAME'],
    [['frobnicate'], 2, 'There is no command frobnicate.'],
  ])('%j ends with %d and the next step', async (args, code, said) => {
    const told = await cli.run(args);
    expect(told).toMatchObject({ code, out: '' });
    expect(told.err).toContain(said);
    expect(told.err).not.toContain('this is a fault');
  });

  it('is explained where the kube context leads to no recorded cluster', async () => {
    const { code, err } = await cli.run(['pods'], { KUBECONFIG: kubeconfig('minikube', 'default') });
    expect(code).toBe(3);
    expect(err).toContain('No cluster "minikube" (so the kube context "minikube" is taken for) is recorded.');
    expect(err).toContain('under "clusters" in ~/.config/podlapse/config.json');
    mkdirSync(join(cli.home, '.config', 'podlapse'), { recursive: true });
    writeFileSync(
      join(cli.home, '.config', 'podlapse', 'config.json'),
      '{"clusters":{"minikube":"example"}}',
    );
    const mapped = await cli.run(['pods'], { KUBECONFIG: kubeconfig('minikube', 'default') });
    expect(mapped.out).toContain('pod-apache');
  });

  it('is told apart: nobody there, no such host, no podlapse', async () => {
    const refused = await cli.run(['clusters'], { PODLAPSE_API: `http://127.0.0.1:${await freePort()}` });
    expect(refused.code).toBe(5);
    expect(refused.err).toMatch(/Nothing listens at .*\nStart podlapse here with `npm start`/);
    const unknown = await cli.run(['clusters'], { PODLAPSE_API: 'http://podlapse.invalid' });
    expect(unknown.code).toBe(5);
    expect(unknown.err).toContain('There is no host podlapse.invalid');
    const other = await cli.run(['clusters'], { PODLAPSE_API: `${api.url}/elsewhere` });
    expect(other.code).toBe(3);
    const tls = await cli.run(['clusters'], { PODLAPSE_API: api.url.replace('http:', 'https:') });
    expect(tls.code).toBe(5);
    expect(tls.err).toContain('Try the address with the other of http: and https:.');
  });

  it('is nothing when the reader of a pipe has read enough', () => {
    const command = `'${process.execPath}' cli/main.ts pods --cluster lab -A -o json | head -c 10; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { PATH: process.env['PATH'], HOME: cli.home, PODLAPSE_API: api.url },
      encoding: 'utf8',
    });
    expect([stdout, stderr]).toEqual(['{\n  "items0\n', '']);
  });
});

describe('--watch', () => {
  it('shows each restart as it is recorded, and ends with 130 when it is interrupted', async () => {
    const watching = cli.start(['restarts', '--cluster', 'copy', ...LONG_AGO, '-w', '--interval', '1']);
    await until('the heading', () => watching.out().includes('AT (UTC)'));
    await cli.run(['replay', recording('oom-kill'), '--cluster', 'copy']);
    await until('the restart', () => watching.out().includes('oom-killed'));
    watching.process.kill('SIGINT');
    const { code, out } = await watching.ended;
    expect(code).toBe(130);
    expect(out.match(/AT \(UTC\)/g)).toHaveLength(1);
    expect(out.match(/oom-killed/g)).toHaveLength(1);
  });

  it('of JSON gives a line for each change', async () => {
    const watching = cli.start(['timeline', 'pod-apache', '--cluster', 'example', '-w', '-o', 'json']);
    await until('a line', () => watching.out().endsWith('\n'));
    watching.process.kill('SIGINT');
    const { out } = await watching.ended;
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toMatchObject({ pod: { name: 'pod-apache' } });
  });
});

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

describe.skipIf(!hasKubectl)('kubectl restarts (needs kubectl)', () => {
  it('is the same program: restarts of the current context, and the timeline of a pod that is named', async () => {
    const bin = join(cli.home, 'bin');
    const { entry } = await bundleCli(join(bin, 'podlapse'));
    for (const name of ['kubectl-restarts', 'kubectl_complete-restarts']) symlinkSync(entry, join(bin, name));
    const kubectl = (...args: string[]) =>
      spawnSync('kubectl', args, {
        env: {
          PATH: `${bin}:${join(process.execPath, '..')}:${process.env['PATH']}`,
          HOME: cli.home,
          PODLAPSE_API: api.url,
          KUBECONFIG: kubeconfig('example', 'default'),
        },
        encoding: 'utf8',
      });
    const list = kubectl('restarts', '--since', '2020-02-14', '--until', '2020-02-15');
    expect([list.status, list.stderr]).toEqual([0, '']);
    expect(list.stdout.split('\n')).toHaveLength(6);
    expect(kubectl('restarts', 'pod-apache').stdout).toContain('1 NOT counted');
    expect(kubectl('restarts', 'pod-apachy').stderr).toContain(
      'kubectl restarts: Nothing is recorded of a pod',
    );
    expect(kubectl('__complete', 'restarts', 'timeline', 'pod').stdout).toMatch(
      /^pod-apache\t4 restarts\n:4\n/,
    );
  });
});

describe('completion', () => {
  const complete = async (...words: string[]) => (await cli.run(['__complete', ...words])).out;

  it('knows commands, options, their choices, and what is recorded', async () => {
    expect(await complete('res')).toBe('restarts\trestarts, newest first\n:4\n');
    expect(await complete('token', 'ro')).toBe('rotate\tmake a token that takes over from another\n:4\n');
    expect(await complete('restarts', '--cause', 'oom')).toBe('oom-killed\n:4\n');
    expect(await complete('restarts', '--un')).toMatch(/^--until\t.*\n--uncounted\t.*\n:4\n$/);
    expect(await complete('pods', '--cluster', 'e')).toBe('example\tcluster\n:4\n');
    expect(await complete('timeline', '--cluster', 'example', 'pod')).toBe('pod-apache\t4 restarts\n:4\n');
    expect(await complete('pods', '--cluster', 'lab', '-n', '')).toContain('reference\tnamespace\n');
    expect(await complete('completion', '')).toBe('bash\nzsh\nfish\n:4\n');
    expect(await complete('replay', '')).toBe(':0\n');
  });

  /** Runs a shell that calls the program `podlapse`. */
  const shell = (name: string, script: string) => {
    const bin = join(cli.home, 'bin-of-shells');
    mkdirSync(bin, { recursive: true });
    const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
    const program = `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`;
    writeFileSync(join(bin, 'podlapse'), program, { mode: 0o755 });
    writeFileSync(join(cli.home, 'a-recording.ndjson'), '');
    const { stdout, stderr } = spawnSync(name, ['-c', script], {
      cwd: cli.home,
      env: { PATH: `${bin}:${process.env['PATH']}`, HOME: cli.home, PODLAPSE_API: api.url, TERM: 'dumb' },
      encoding: 'utf8',
      timeout: 60_000,
    });
    return [stdout, stderr];
  };

  it.skipIf(lacks('bash'))('works in bash', () => {
    const completed = (...words: readonly string[]) =>
      shell(
        'bash',
        `source <(podlapse completion bash)
COMP_WORDS=(podlapse ${words.join(' ')}); COMP_CWORD=${words.length}; _podlapse; echo "\${COMPREPLY[@]}"`,
      );
    expect(completed('timeline', '--cluster', 'example', 'po')).toEqual(['pod-apache\n', '']);
    expect(completed('replay', 'a-rec')).toEqual(['a-recording.ndjson\n', '']);
  });

  it.skipIf(lacks('fish'))('works in fish', () => {
    const completed = (line: string) =>
      shell('fish', `podlapse completion fish | source; complete -C '${line}'`);
    expect(completed('podlapse timeline --cluster example po')).toEqual(['pod-apache\t4 restarts\n', '']);
    expect(completed('podlapse replay a-rec')).toEqual(['a-recording.ndjson\n', '']);
  });

  it.skipIf(lacks('zsh'))('works in zsh', () => {
    // zsh completes on a terminal only, so that it is given one, and asked what it made of the line.
    const completed = (line: string) =>
      shell(
        'zsh',
        `zmodload zsh/zpty
zpty asked zsh -f -i
zpty -w asked 'autoload -Uz compinit; compinit -D -u; source <(podlapse completion zsh)'
zpty -w asked 'tell() { print "[$BUFFER]"; exit }; zle -N tell; bindkey "^X" tell; print set-$((1+1))'
zpty -r -m asked told '*set-2*'
zpty -n -w asked '${line}'$'\\t\\x18'
zpty -r -m asked told '*\\[podlapse *\\]*'
print -r -- \${\${told##*\\[}%%\\]*}`,
      );
    expect(completed('podlapse timeline --cluster example po')).toEqual([
      'podlapse timeline --cluster example pod-apache \n',
      '',
    ]);
    expect(completed('podlapse replay a-rec')).toEqual(['podlapse replay a-recording.ndjson \n', '']);
  });
});

/** Whether this machine lacks a shell. @throws Error on CI, where all are there */
function lacks(name: string): boolean {
  const isLacking = spawnSync(name, ['-c', 'exit']).status !== 0;
  if (isLacking && process.env['CI'] !== undefined)
    throw new Error(`completion in ${name} cannot be tested: apt-get install ${name}`);
  return isLacking;
}
