/** Kubeconfig files, with everything inside so that they can be copied. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';

/** Writes the kubeconfig of one of the certificates' owners and returns its path. */
export async function writeKubeconfig(
  path: string,
  server: string,
  certificates: Certificates,
  owner: string,
): Promise<string> {
  const inline = async (file: string) => (await readFile(file)).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'podlapse-lab',
    contexts: [{ name: 'podlapse-lab', context: { cluster: 'podlapse-lab', user: owner } }],
    clusters: [
      {
        name: 'podlapse-lab',
        cluster: { server, 'certificate-authority-data': await inline(certificates.authority) },
      },
    ],
    users: [
      {
        name: owner,
        user: {
          'client-certificate-data': await inline(join(certificates.folder, `${owner}.crt`)),
          'client-key-data': await inline(join(certificates.folder, `${owner}.key`)),
        },
      },
    ],
  };
  // JSON is YAML: no library is needed to write what kubectl reads.
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return path;
}
