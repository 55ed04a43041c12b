import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';

/** What a client needs to reach the fake, as files in `folder`. */
export interface AccessFiles {
  /** With a bearer token. */
  readonly kubeconfig: string;
  /** With a client certificate. */
  readonly certificateKubeconfig: string;
  /** As the kubelet mounts it into a pod. */
  readonly serviceAccountFolder: string;
}

export function writeAccessFiles(
  folder: string,
  server: string,
  token: string,
  { ca, caFile, client }: Certificates,
): AccessFiles {
  const kubeconfig = join(folder, 'kubeconfig');
  const certificateKubeconfig = join(folder, 'certificate-kubeconfig');
  const serviceAccountFolder = join(folder, 'serviceaccount');
  writeFileSync(kubeconfig, kubeconfigText(server, caFile, { token }));
  const user = { 'client-certificate': client.certFile, 'client-key': client.keyFile };
  writeFileSync(certificateKubeconfig, kubeconfigText(server, caFile, user));
  mkdirSync(serviceAccountFolder, { recursive: true });
  writeFileSync(join(serviceAccountFolder, 'token'), token);
  writeFileSync(join(serviceAccountFolder, 'ca.crt'), ca);
  writeFileSync(join(serviceAccountFolder, 'namespace'), 'podlapse');
  return { kubeconfig, certificateKubeconfig, serviceAccountFolder };
}

/** JSON is YAML. */
function kubeconfigText(server: string, caFile: string, user: object): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'fake', cluster: { server, 'certificate-authority': caFile } }],
    users: [{ name: 'agent', user }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'agent' } }],
    'current-context': 'fake',
  });
}
