// The chart as Helm renders it.
import { fileURLToPath } from 'node:url';
import { loadAllYaml } from '@kubernetes/client-node';
import type { Helm } from '../../lab/helm.ts';

export const CHART = fileURLToPath(new URL('../../../agent/chart', import.meta.url));

/** The values that have no default. */
export const NEEDED = { cluster: 'lab', 'api.url': 'https://podlapse.example.com:8443' };
export const NAMESPACE = 'podlapse';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // The rest is as various as Kubernetes; a test names what it looks at.
  readonly [field: string]: unknown;
}

export type Values = Readonly<Record<string, string | number | boolean>>;

/** Renders with these values (beside the needed ones). @throws Error with what Helm says */
export async function render(helm: Helm, values: Values = {}): Promise<readonly Manifest[]> {
  const { code, stdout, stderr } = await helm([
    'template',
    'podlapse-agent',
    CHART,
    '--namespace',
    NAMESPACE,
    ...flagsOf({ ...NEEDED, ...values }),
  ]);
  if (code !== 0) throw new Error(stderr);
  return loadAllYaml(stdout).filter((one): one is Manifest => typeof one === 'object' && one !== null);
}

export function flagsOf(values: Values): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${String(value)}`]);
}

export function manifestsOf(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  return manifests.filter((one) => one.kind === kind);
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly serviceAccountName: string;
    readonly priorityClassName?: string;
    readonly terminationGracePeriodSeconds: number;
    readonly hostNetwork?: boolean;
    readonly hostPID?: boolean;
    readonly securityContext: Readonly<Record<string, unknown>>;
    readonly tolerations?: readonly object[];
    readonly containers: readonly Container[];
    readonly volumes: readonly Readonly<Record<string, unknown>>[];
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly resources: { readonly requests?: object; readonly limits?: object };
  readonly livenessProbe?: object;
  readonly readinessProbe?: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

/** The pods that the chart makes, by the kind of what makes them. */
export function podTemplates(manifests: readonly Manifest[]): readonly PodTemplate[] {
  return [...manifestsOf(manifests, 'DaemonSet'), ...manifestsOf(manifests, 'Deployment')].map(
    (one) => (one['spec'] as { readonly template: PodTemplate }).template,
  );
}

/** The environment of the agent's container, as the process would get it. */
export function environmentOf(template: PodTemplate): Record<string, string> {
  const agent = template.spec.containers.find(({ name }) => name === 'agent');
  return Object.fromEntries(
    (agent?.env ?? []).map(({ name, value }) => [name, value ?? `from-the-downward-api`]),
  );
}
