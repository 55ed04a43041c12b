import { describe, expect, test } from 'vitest';
import { agentUsage, readAgentSettings } from '../../../agent/settings.ts';
import { findHelm } from '../../lab/helm.ts';
import {
  CHART,
  environmentOf,
  flagsOf,
  manifestsOf,
  NAMESPACE,
  NEEDED,
  podTemplates,
  render,
  type Values,
} from './rendered.ts';

const found = await findHelm();
const helm = 'helm' in found ? found.helm : () => Promise.reject(new Error(found.missing));

/** What changes the shape of what is rendered. */
const COMBINATIONS: readonly Values[] = [
  {},
  { 'node.docker.mode': 'proxy' },
  { 'node.docker.mode': 'socket' },
  { 'node.docker.mode': 'socket', 'node.docker.mountFolder': true },
  { 'node.cri.mode': 'socket' },
  { 'node.cri.mode': 'socket', 'node.cri.mountFolder': false, 'node.cri.socketPath': '/run/crio/crio.sock' },
  { 'node.cri.mode': 'socket', 'node.cri.tracefs': '/sys/kernel/tracing' },
  { 'node.cri.tracefs': '/sys/kernel/tracing' },
  { 'spool.hostPath': '/var/lib/podlapse' },
  { 'logs.lines': 20 },
  { 'logs.lines': 20, 'logs.maxBytes': 4096, 'logs.redact.configMap': 'podlapse-redact' },
  { 'auth.mode': 'secret', 'auth.secret.name': 'podlapse-token' },
  { 'node.enabled': false },
  { 'clusterWide.enabled': false },
  { 'clusterWide.replicas': 1, 'priorityClass.create': false, 'networkPolicy.enabled': false },
  { 'metrics.serviceMonitor.enabled': true, 'api.ca.configMap': 'ca', 'proxy.https': 'http://proxy:3128' },
  { 'priorityClass.name': 'system-node-critical', 'image.digest': `sha256:${'a'.repeat(64)}` },
];

describe.skipIf('missing' in found)(`the chart${'missing' in found ? ` (${found.missing})` : ''}`, () => {
  test('passes a strict lint', async () => {
    const { code, stdout, stderr } = await helm(['lint', '--strict', CHART, ...flagsOf(NEEDED)]);

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('1 chart(s) linted, 0 chart(s) failed');
  });

  test.each<[values: Values, error: string]>([
    [{ cluster: '' }, 'cluster is missing: give the name under which this cluster records'],
    [{ cluster: 'Lab_1' }, 'cluster: "Lab_1" is no cluster name; give 1 to 63 of a-z, 0-9'],
    [{ 'api.url': '' }, 'api.url is missing: give the address of the podlapse API'],
    [{ 'api.url': 'podlapse' }, 'api.url: this is no address of an API; give one such as https://'],
    [{ 'api.url': 'https://u:p@x' }, 'api.url: this is no address of an API'],
    [{ 'auth.mode': 'secret' }, 'auth.secret.name is missing: auth.mode=secret needs the name of a Secret'],
    [{ 'auth.mode': 'token' }, "at '/auth/mode': value must be one of 'serviceAccount', 'secret'"],
    [{ 'node.docker.mode': 'on' }, "at '/node/docker/mode': value must be one of 'none', 'proxy', 'socket'"],
    [{ 'node.cri.mode': 'proxy' }, "at '/node/cri/mode': value must be one of 'none', 'socket'"],
    [{ 'node.cri.tracefs': 'sys/kernel' }, "at '/node/cri/tracefs': 'sys/kernel' does not match pattern"],
    [{ 'node.dockerMode': 'none' }, "at '/node': additional properties 'dockerMode' not allowed"],
    [{ 'metrics.port': 80 }, "at '/metrics/port': minimum: got 80, want 1,024"],
    [{ 'logs.lines': 101 }, "at '/logs/lines': maximum: got 101, want 100"],
    [{ 'spool.maxBytes': 1000 }, "at '/spool/maxBytes': minimum"],
    [{ 'delivery.compression': 'brotli' }, "at '/delivery/compression': value must be one of 'gzip', 'zstd'"],
    [
      { 'node.enabled': false, 'clusterWide.enabled': false },
      'node.enabled and clusterWide.enabled are both false: nothing would be recorded',
    ],
  ])('refuses %j and says why', async (values, error) => {
    await expect(render(helm, values)).rejects.toThrow(error);
  });

  test.each(COMBINATIONS)('with %j, every pod is as closed as it can be', async (values) => {
    const isRoot = [values['node.docker.mode'], values['node.cri.mode']].includes('socket');
    for (const { spec } of podTemplates(await render(helm, values))) {
      const mayBeRoot = isRoot && spec.serviceAccountName.endsWith('-node');
      expect(spec.securityContext).toMatchObject({
        ...(mayBeRoot ? { runAsUser: 0 } : { runAsNonRoot: true, runAsUser: 65_532 }),
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect([spec.hostNetwork, spec.hostPID]).toEqual([undefined, undefined]);
      for (const container of spec.containers) {
        expect(container.securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources).toMatchObject({ requests: { cpu: expect.any(String) } });
        expect(container.resources.limits).toHaveProperty('memory');
        for (const { name } of container.volumeMounts) {
          expect(spec.volumes.map((volume) => volume['name'])).toContain(name);
        }
      }
    }
  });

  test.each(COMBINATIONS)(
    'with %j, gives the agent only settings that it knows and takes',
    async (values) => {
      for (const template of podTemplates(await render(helm, values))) {
        const environment = environmentOf(template);
        const settings = Object.keys(environment).filter((name) => name.startsWith('PODLAPSE_'));

        expect(settings.filter((name) => !agentUsage().includes(flagOf(name)))).toEqual([]);
        expect(readAgentSettings([], environment)).toMatchObject({ kind: 'settings' });
      }
    },
  );

  test.each(COMBINATIONS)('with %j, mounts a path of the node only where it must', async (values) => {
    const hostPaths = podTemplates(await render(helm, values)).flatMap(({ spec }) =>
      spec.volumes.flatMap((volume) => ('hostPath' in volume ? [volume['name']] : [])),
    );
    const docker = ['proxy', 'socket'].includes(String(values['node.docker.mode'])) ? ['docker'] : [];
    const tracing = values['node.cri.tracefs'] === undefined ? [] : ['tracing'];
    const cri = values['node.cri.mode'] === 'socket' ? ['cri', ...tracing] : [];
    const spool = values['spool.hostPath'] === undefined ? [] : ['spool'];

    expect(hostPaths).toEqual([...docker, ...cri, ...spool]);
  });

  test.each<[values: Values, socket: string, path: string]>([
    [{}, '/host/cri/containerd.sock', '/run/containerd'],
    [{ 'node.cri.mountFolder': false }, '/host/cri.sock', '/run/containerd/containerd.sock'],
    [{ 'node.cri.socketPath': '/run/crio/crio.sock' }, '/host/cri/crio.sock', '/run/crio'],
  ])('with %j, the agent finds the runtime’s socket where it is mounted', async (values, socket, path) => {
    const [node] = podTemplates(await render(helm, { 'node.cri.mode': 'socket', ...values }));
    const volume = node?.spec.volumes.find(({ name }) => name === 'cri');

    expect(node && environmentOf(node)['PODLAPSE_CRI']).toBe(socket);
    expect(volume).toMatchObject({ hostPath: { path } });
  });

  test('lets the agent ask the kernel who sends signals only where that is wanted', async () => {
    const wanted = { 'node.cri.mode': 'socket', 'node.cri.tracefs': '/sys/kernel/tracing' };
    const [asked] = podTemplates(await render(helm, wanted));
    const [unasked] = podTemplates(await render(helm, { 'node.cri.mode': 'socket' }));
    const [agent] = asked?.spec.containers ?? [];

    expect(asked && environmentOf(asked)['PODLAPSE_TRACEFS']).toBe('/host/tracing');
    expect(agent?.volumeMounts).toContainEqual({ name: 'tracing', mountPath: '/host/tracing' });
    expect(asked?.spec.volumes).toContainEqual({
      name: 'tracing',
      hostPath: { path: '/sys/kernel/tracing', type: 'Directory' },
    });
    expect(unasked && environmentOf(unasked)).not.toHaveProperty('PODLAPSE_TRACEFS');
  });

  test('grants reading pods and Events, one lease, and nothing else', async () => {
    const manifests = await render(helm);
    const rules = [...manifestsOf(manifests, 'ClusterRole'), ...manifestsOf(manifests, 'Role')].map(
      ({ kind, metadata, ...rest }) => [kind, metadata.name, rest['rules']],
    );

    expect(rules).toEqual([
      [
        'ClusterRole',
        'podlapse-agent-node',
        [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }],
      ],
      [
        'ClusterRole',
        'podlapse-agent-cluster',
        [{ apiGroups: [''], resources: ['pods', 'events'], verbs: ['list', 'watch'] }],
      ],
      [
        'Role',
        'podlapse-agent-leader',
        [
          {
            apiGroups: ['coordination.k8s.io'],
            resources: ['leases'],
            resourceNames: ['podlapse-agent-leader'],
            verbs: ['get', 'update'],
          },
        ],
      ],
    ]);
    expect(manifestsOf(manifests, 'Lease')).toMatchObject([
      { metadata: { name: 'podlapse-agent-leader', namespace: NAMESPACE } },
    ]);
  });

  test('lets the agents of the nodes read logs only where they are to be sent', async () => {
    const manifests = await render(helm, { 'logs.lines': 20, 'logs.redact.configMap': 'podlapse-redact' });
    const [node, cluster] = podTemplates(manifests);

    expect(manifestsOf(manifests, 'ClusterRole').map((role) => role['rules'])).toEqual([
      [
        { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
      ],
      [{ apiGroups: [''], resources: ['pods', 'events'], verbs: ['list', 'watch'] }],
    ]);
    expect(node && environmentOf(node)).toMatchObject({
      PODLAPSE_LOG_LINES: '20',
      PODLAPSE_LOG_MAX_BYTES: '8192',
      PODLAPSE_LOG_REDACT_FILE: '/etc/podlapse/redact/patterns',
    });
    expect(cluster && environmentOf(cluster)).not.toHaveProperty('PODLAPSE_LOG_LINES');
    expect(node?.spec.volumes.find(({ name }) => name === 'redact')).toMatchObject({
      configMap: { name: 'podlapse-redact', items: [{ key: 'patterns', path: 'patterns' }] },
    });
  });

  test('proves who it is with a token for podlapse only, which the kubelet renews', async () => {
    for (const { spec } of podTemplates(await render(helm))) {
      expect(spec.volumes.find((volume) => volume['name'] === 'podlapse-token')).toMatchObject({
        projected: {
          sources: [
            { serviceAccountToken: { audience: 'podlapse', expirationSeconds: 3600, path: 'token' } },
          ],
        },
      });
    }
  });

  test('gives each pod more time to end than the agent takes to deliver', async () => {
    for (const template of podTemplates(await render(helm, { 'delivery.drainSeconds': 45 }))) {
      expect(environmentOf(template)['PODLAPSE_DRAIN_SECONDS']).toBe('45');
      expect(template.spec.terminationGracePeriodSeconds).toBe(55);
    }
  });

  test('starts the new agent of a node first, unless the two would share a spool', async () => {
    const strategy = async (values: Values) =>
      manifestsOf(await render(helm, values), 'DaemonSet').map((one) => one['spec']);

    expect(await strategy({})).toMatchObject([
      { updateStrategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '10%' } } },
    ]);
    expect(await strategy({ 'spool.hostPath': '/var/lib/podlapse' })).toMatchObject([
      { updateStrategy: { rollingUpdate: { maxUnavailable: '10%', maxSurge: 0 } } },
    ]);
  });

  test('lets nobody in but for the numbers, and out only to the two APIs and DNS', async () => {
    const [policy] = manifestsOf(await render(helm), 'NetworkPolicy');

    expect(policy?.['spec']).toMatchObject({
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [{ port: 9464 }] }],
      egress: [
        {
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
        { ports: [{ port: 443 }, { port: 6443 }, { port: 8443 }] },
      ],
    });
  });

  test('stays on every node, and yields to nobody of less worth', async () => {
    const manifests = await render(helm);
    const [node] = podTemplates(manifests);

    expect(node?.spec.tolerations).toEqual([{ operator: 'Exists' }]);
    expect(manifestsOf(manifests, 'PriorityClass')).toMatchObject([
      { metadata: { name: node?.spec.priorityClassName }, value: 1_000_000 },
    ]);
  });

  test('selects the pods that it makes', async () => {
    const manifests = await render(helm, { 'metrics.serviceMonitor.enabled': true });
    for (const kind of ['DaemonSet', 'Deployment']) {
      for (const one of manifestsOf(manifests, kind)) {
        const { selector, template } = one['spec'] as {
          selector: { matchLabels: object };
          template: { metadata: { labels: object } };
        };
        expect(template.metadata.labels).toMatchObject(selector.matchLabels);
      }
    }
    const [service] = manifestsOf(manifests, 'Service');
    const { selector } = (service?.['spec'] ?? {}) as { selector?: object };
    for (const { metadata } of podTemplates(manifests)) {
      expect(metadata.labels).toMatchObject(selector ?? { nothing: 'selected' });
    }
    expect(manifestsOf(manifests, 'ServiceMonitor')).toHaveLength(1);
  });
});

function flagOf(variable: string): string {
  return `--${variable.slice('PODLAPSE_'.length).toLowerCase().replaceAll('_', '-')} `;
}
