// The chart's manifests at a real API server, and the agent with exactly the rights that they give.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Manifest, manifestsOf, render, type Values } from '../agent/chart/rendered.ts';
import { startAgentProgram } from '../support/agent-program.ts';
import { freePort } from '../support/free-port.ts';
import { IngestServer } from '../support/ingest-server.ts';
import { until } from '../support/until.ts';
import { labDown } from './down.ts';
import { findHelm } from './helm.ts';
import { kubectl, tryKubectl } from './kubectl.ts';
import type { LabState } from './state.ts';
import { labUp } from './up.ts';

const folder = join(tmpdir(), 'podlapse-lab-live-chart');
const NAMESPACE = 'podlapse';
const WITHIN_MS = 60_000;

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const found = await findHelm();
const helm = 'helm' in found ? found.helm : () => Promise.reject(new Error(found.missing));
const manifests = 'helm' in found ? await render(helm) : [];
const roles = ['ClusterRole', 'Role'].flatMap((kind) => manifestsOf(manifests, kind));

let lab: LabState;
let server: IngestServer;

const apply = (given: readonly Manifest[]) =>
  kubectl(
    lab,
    ['apply', '--namespace', NAMESPACE, '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: given }),
  );

beforeAll(async () => {
  [lab, server] = await Promise.all([labUp({ folder, report: console.log }), IngestServer.start()]);
  await kubectl(lab, ['create', 'namespace', NAMESPACE]);
  await kubectl(lab, ['label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted']);
});

afterAll(async () => {
  await server?.close();
  await labDown({ folder });
});

describe.skipIf('missing' in found)('the chart, applied', () => {
  test('makes all of its pods in a namespace that enforces "restricted"', async () => {
    await apply(await render(helm, { 'image.pullPolicy': 'Never' }));
    const pods = await until(
      'a pod on the node, and two replicas',
      async () => {
        const names = await kubectl(lab, ['get', 'pods', '--namespace', NAMESPACE, '-o', 'name']);
        const made = names.trim().split('\n');
        return made.length === 3 && made;
      },
      WITHIN_MS,
    );

    expect(pods.filter((name) => name.includes('-node-'))).toHaveLength(1);
    expect(pods.filter((name) => name.includes('-cluster-'))).toHaveLength(2);
  });

  test.each<[values: Values, enforced: string, isAllowed: boolean]>([
    [{}, 'restricted', true],
    [{ 'node.docker.mode': 'proxy' }, 'baseline', false],
    [{ 'node.docker.mode': 'socket' }, 'baseline', false],
    [{ 'spool.hostPath': '/var/lib/podlapse' }, 'baseline', false],
    [{ 'node.docker.mode': 'proxy' }, 'privileged', true],
    [{ 'node.docker.mode': 'socket', 'spool.hostPath': '/var/lib/podlapse' }, 'privileged', true],
  ])(
    'with %j in a namespace that enforces "%s": allowed is %s, as its notes say',
    async (values, enforced, isAllowed) => {
      const name = `level-${enforced}`;
      await tryKubectl(lab, ['create', 'namespace', name]);
      await kubectl(lab, [
        'label',
        '--overwrite',
        'namespace',
        name,
        `pod-security.kubernetes.io/enforce=${enforced}`,
      ]);
      const [daemonSet] = manifestsOf(await render(helm, values), 'DaemonSet');
      if (daemonSet === undefined) throw new Error('the chart rendered no DaemonSet');
      const { template } = daemonSet['spec'] as { template: { spec: object; metadata: object } };
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'agent', namespace: name },
        // What the DaemonSet would make, but for what only stands in the other namespace.
        spec: { ...template.spec, serviceAccountName: 'default', priorityClassName: undefined },
      };
      await until(
        'the namespace has its service account',
        async () =>
          (await tryKubectl(lab, ['get', 'serviceaccount', 'default', '--namespace', name])).code === 0,
        WITHIN_MS,
      );
      const file = join(folder, 'pod.json');
      await writeFile(file, JSON.stringify(pod));
      const { code, stderr } = await tryKubectl(lab, ['create', '--dry-run=server', '-f', file]);

      expect([code === 0, stderr]).toEqual([
        isAllowed,
        isAllowed ? '' : expect.stringMatching(/violates PodSecurity "baseline:latest": hostPath volumes/),
      ]);
    },
  );

  test('gives the pods a token for podlapse, of the account that its notes name', async () => {
    const token = await kubectl(lab, [
      'create',
      'token',
      'podlapse-agent-node',
      `--namespace=${NAMESPACE}`,
      '--audience=podlapse',
    ]);
    const [, claims = ''] = token.split('.');

    expect(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'))).toMatchObject({
      aud: ['podlapse'],
      sub: `system:serviceaccount:${NAMESPACE}:podlapse-agent-node`,
    });
  });
});

/** Starts the agent of a role as its pod would be started, with the token of its service account and nothing else. */
async function startAgent(role: 'node' | 'cluster') {
  const account = join(folder, `account-${role}-${await freePort()}`);
  await mkdir(account);
  onTestFinished(() => rm(account, { recursive: true, force: true }));
  const kubeconfig = JSON.parse(await readFile(lab.kubeconfig, 'utf8')) as {
    clusters: [{ cluster: { 'certificate-authority-data': string } }];
  };
  const authority = kubeconfig.clusters[0].cluster['certificate-authority-data'];
  await writeFile(join(account, 'ca.crt'), Buffer.from(authority, 'base64'));
  await writeFile(
    join(account, 'token'),
    await kubectl(lab, ['create', 'token', `podlapse-agent-${role}`, `--namespace=${NAMESPACE}`]),
  );
  const port = await freePort();
  const { hostname, port: apiPort } = new URL(lab.apiServer);
  const own =
    role === 'node'
      ? [`--node-name=${lab.nodeName}`, `--docker=${lab.dockerSocket}`]
      : [`--lease=${NAMESPACE}/podlapse-agent-leader`];
  const agent = startAgentProgram(
    'agent/main.ts',
    [
      '--cluster=lab',
      `--api=${server.url.href}`,
      `--role=${role}`,
      `--service-account-dir=${account}`,
      `--metrics-port=${port}`,
      ...own,
    ],
    { HOME: '/nonexistent', KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: apiPort },
  );
  const ready = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    return response === undefined ? undefined : { status: response.status, text: await response.text() };
  };
  return { agent, ready };
}

async function stopped({ agent }: Awaited<ReturnType<typeof startAgent>>): Promise<void> {
  agent.signal('SIGTERM');
  expect(await agent.ended()).toBe(0);
}

describe.skipIf('missing' in found)('the rights that the chart gives', () => {
  test.each([
    ['node', 'pod: watched\ndocker: watched\n'],
    ['cluster', 'pod: watched\nevent: watched\n'],
  ] as const)('are enough for the %s agent', async (role, watched) => {
    const started = await startAgent(role);
    await until('it is ready', async () => (await started.ready())?.status === 200, WITHIN_MS);

    expect(await started.ready()).toEqual({ status: 200, text: watched });
    expect(started.agent.err).not.toMatch(/"level":[45]0/);
    await stopped(started);
  });

  const rights = roles.flatMap((manifest) =>
    (manifest['rules'] as readonly Rule[]).flatMap((rule) =>
      rule.resources.flatMap((resource) => rule.verbs.map((verb) => ({ manifest, rule, resource, verb }))),
    ),
  );

  test.each(
    rights.map((right) => [right.verb, right.resource, right.manifest.metadata.name, right] as const),
  )('are of no use without the right to %s %s of %s', async (verb, resource, name, { manifest, rule }) => {
    const role = name.endsWith('-node') ? 'node' : 'cluster';
    const less = {
      ...manifest,
      rules: rule.resources.map((one) => ({
        ...rule,
        resources: [one],
        verbs: one === resource ? rule.verbs.filter((other) => other !== verb) : rule.verbs,
      })),
    };
    await apply([less]);
    onTestFinished(async () => {
      await apply([manifest]);
      await until('the right is back', async () => (await may(role, verb, resource)) === 'yes', WITHIN_MS);
    });
    await until('the right is gone', async () => (await may(role, verb, resource)) === 'no', WITHIN_MS);

    const started = await startAgent(role);
    await started.agent.says(
      resource === 'leases'
        ? /the lease \S+ cannot be used \(403 Forbidden/
        : new RegExp(`does not let us watch ${resource} \\(403 Forbidden`),
    );
    expect((await started.ready())?.status).toBe(503);
    await stopped(started);
  });
});

/** What the API server says to whether the agent's account may do that. */
async function may(role: 'node' | 'cluster', verb: string, resource: string): Promise<string> {
  const what = resource === 'leases' ? 'leases.coordination.k8s.io/podlapse-agent-leader' : resource;
  const scope = resource === 'leases' ? [`--namespace=${NAMESPACE}`] : ['--all-namespaces'];
  const as = `--as=system:serviceaccount:${NAMESPACE}:podlapse-agent-${role}`;
  return (await tryKubectl(lab, ['auth', 'can-i', verb, what, ...scope, as])).stdout.trim();
}
