import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findKubeContext } from '../../../cli/settings/kube-context.ts';
import { readPlainKubeconfig } from '../../../cli/settings/plain-kubeconfig.ts';
import { readScope } from '../../../cli/settings/scope.ts';
import { readSettings } from '../../../cli/settings/settings.ts';
import { kubeconfigFromYaml } from '../../../cli/settings/yaml-kubeconfig.ts';
import { clusterOfContext } from '../../../timeline/cluster-of-context.ts';
import { clusterName } from '../../../timeline/contract/primitives.ts';

/** As `kubectl config view` writes it. */
const KUBECTL = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: DATA+OMITTED
    server: https://192.168.49.2:8443
  name: minikube
contexts:
- context:
    cluster: minikube
    extensions: 
    user: minikube
  name: arn:aws:eks:eu-west-1:123456789012:cluster/prod
- context:
    cluster: minikube
    namespace: shop
    user: minikube
  name: minikube
current-context: minikube
kind: Config
preferences: {}
users:
- name: minikube
  user:
    client-certificate: /home/me/client.crt
    exec:
      args:
      - get-token
      - "--name: x"
`;

const NASTY = [
  'true',
  'null',
  'yes',
  '~',
  '1',
  '1e3',
  '0x1f',
  'a: b',
  'a #b',
  '- a',
  '*x',
  '&x',
  '"q"',
  "'q'",
  '',
];
const word = fc.oneof(
  { weight: 30, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{2,12}$/) },
  { weight: 4, arbitrary: fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._@/:-]{0,12}$/) },
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const config = fc.record({
  apiVersion: fc.constant('v1'),
  clusters: fc.array(fc.record({ cluster: fc.record({ server: word }), name: word }), { maxLength: 2 }),
  contexts: fc.array(
    fc.record({
      context: fc.record({ cluster: word, namespace: word, user: word }, { requiredKeys: [] }),
      name: word,
    }),
    { maxLength: 3 },
  ),
  'current-context': word,
  kind: fc.constant('Config'),
  preferences: fc.constant({}),
  users: fc.array(fc.record({ name: word, user: fc.record({ token: word }) }), { maxLength: 2 }),
});

describe('a kubeconfig', () => {
  it('that kubectl wrote is read without a reader of YAML', () => {
    const plain = KUBECTL.replace('    extensions: \n', '');
    expect(readPlainKubeconfig(plain)).toEqual({
      currentContext: 'minikube',
      contexts: [
        { name: 'arn:aws:eks:eu-west-1:123456789012:cluster/prod', namespace: undefined },
        { name: 'minikube', namespace: 'shop' },
      ],
    });
    expect(readPlainKubeconfig(KUBECTL)).toBeUndefined();
  });

  it('is read plainly only to what YAML makes of it, however it is written', () => {
    const indents = fc.constantFrom(
      {},
      { seqNoIndent: true },
      { seqNoIndent: true, indent: 4 },
      { flowLevel: 2 },
    );
    let plainly = 0;
    fc.assert(
      fc.property(config, indents, (value, options) => {
        const text = dump(value, options);
        const plain = readPlainKubeconfig(text);
        if (plain === undefined) return;
        plainly += 1;
        const known = kubeconfigFromYaml(text);
        expect(plain).toEqual(known);
      }),
      { numRuns: 2_000 },
    );
    expect(plainly).toBeGreaterThan(20);
  });

  it.each([
    ['a: &x\ncurrent-context: minikube\n'],
    ['current-context: |\n  minikube\n'],
    ['---\ncurrent-context: minikube\n'],
    ['current-context: minikube # the one\n'],
    ['current-context: a\ncurrent-context: b\n'],
    ['{"current-context": "minikube"}'],
    ['contexts: []\n'],
  ])('that is written otherwise is left to the reader of YAML: %j', (text) => {
    expect(readPlainKubeconfig(text)).toBeUndefined();
  });
});

describe('what is meant', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'podlapse-kube-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));
  const file = (name: string, text: string) => {
    const path = join(home, name);
    writeFileSync(path, text);
    return path;
  };
  const parts = (env: Record<string, string> = {}) => ({ env, homeDir: home });
  const settings = (env: Record<string, string> = {}) => readSettings({}, parts(env));

  it('is what the current context says', async () => {
    const scope = await readScope({ kubeconfig: file('config', KUBECTL) }, settings(), parts());
    expect(scope).toEqual({
      cluster: 'minikube',
      context: 'minikube',
      namespace: 'shop',
      isNamespaceNamed: false,
    });
  });

  it('is what the flags say, before the context', async () => {
    const kubeconfig = file('config', KUBECTL);
    const named = { kubeconfig, namespace: 'web' };
    expect(await readScope(named, settings(), parts())).toMatchObject({
      cluster: 'minikube',
      namespace: 'web',
    });
    const all = { kubeconfig, 'all-namespaces': true };
    expect(await readScope(all, settings(), parts())).toMatchObject({ namespace: undefined });
    const other = { kubeconfig, context: 'arn:aws:eks:eu-west-1:123456789012:cluster/prod' };
    expect(await readScope(other, settings(), parts())).toMatchObject({
      cluster: 'arn-aws-eks-eu-west-1-123456789012-cluster-prod',
      namespace: 'default',
    });
    const cluster = { kubeconfig, cluster: 'lab' };
    expect(await readScope(cluster, settings(), parts())).toMatchObject({
      cluster: 'lab',
      namespace: undefined,
    });
    await expect(readScope({ ...named, 'all-namespaces': true }, settings(), parts())).rejects.toThrow(
      'together',
    );
  });

  it('is in several files as kubectl merges them: the first that says something counts', async () => {
    const one = file('one', 'contexts:\n- context:\n    namespace: first\n  name: shared\n');
    const two = file(
      'two',
      'current-context: shared\ncontexts:\n- context:\n    namespace: second\n  name: shared\n',
    );
    const env = { KUBECONFIG: `${join(home, 'missing')}:${one}:${two}` };
    expect(await findKubeContext({}, parts(env))).toEqual({ name: 'shared', namespace: 'first' });
  });

  it('is nothing without a kubeconfig, and an error where one is named that is not there', async () => {
    expect(await findKubeContext({}, parts())).toBeUndefined();
    await expect(findKubeContext({ kubeconfig: join(home, 'no') }, parts())).rejects.toThrow(
      'there is no file',
    );
    const kubeconfig = file('config', KUBECTL);
    await expect(findKubeContext({ kubeconfig, context: 'minicube' }, parts())).rejects.toThrow(
      'there are arn:aws',
    );
  });

  it('never shows what stands in a broken kubeconfig', async () => {
    const kubeconfig = file('config', '---\nusers:\n- user: {token: s3cr3t\n  x: [\n');
    const failure = await findKubeContext({ kubeconfig }, parts()).catch(String);
    expect(failure).toContain('is no kubeconfig');
    expect(failure).not.toContain('s3cr3t');
  });

  it('names a context as npm start names what it records', async () => {
    const names = ['Kind-Lab', 'admin@lab.example', '__', 'ARN:aws:eks:1234:cluster/Prod'];
    for (const name of names) {
      const contexts = `contexts: [{name: ${JSON.stringify(name)}, context: {}}]`;
      const kubeconfig = file('config', `current-context: ${JSON.stringify(name)}\n${contexts}\n`);
      const { cluster } = await readScope({ kubeconfig }, settings(), parts());
      expect(cluster).toBe(clusterOfContext(name));
      expect(clusterName.safeParse(cluster).success).toBe(true);
    }
  });
});
