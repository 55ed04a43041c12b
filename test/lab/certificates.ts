/** The lab's own certificate authority, and one certificate for each who must prove who they are. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';

/** Where the keys are; `CERTIFICATE.crt` and `CERTIFICATE.key` for each name in {@link identities}. */
export interface Certificates {
  readonly folder: string;
  readonly authority: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
}

/** Who is who: the common name is the user, the organisation is the group that RBAC knows. */
function identities(node: string): Record<string, { subject: string; names?: string }> {
  const server = 'DNS:localhost,IP:127.0.0.1';
  return {
    'kube-apiserver': {
      subject: '/CN=kube-apiserver',
      names: `${server},DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:10.96.0.1`,
    },
    kubelet: { subject: `/O=system:nodes/CN=system:node:${node}`, names: `${server},DNS:${node}` },
    'kubelet-client': { subject: '/O=system:masters/CN=kube-apiserver-kubelet-client' },
    'kube-controller-manager': { subject: '/CN=system:kube-controller-manager', names: server },
    'kube-scheduler': { subject: '/CN=system:kube-scheduler', names: server },
    admin: { subject: '/O=system:masters/CN=podlapse-lab-admin' },
  };
}

/** Makes every key and certificate with openssl; they are good for as long as a lab may stand. */
export async function makeCertificates(folder: string, node: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(folder, name);
  // A configuration of our own: a distribution's adds extensions of its choice, and Go refuses one given twice.
  await writeFile(file('openssl.cnf'), '[req]\ndistinguished_name = name\n[name]\n');
  const openssl = (...args: (string | readonly string[])[]) => run('openssl', args.flat());
  const newKey = [
    ['req', '-x509', '-config', file('openssl.cnf'), '-nodes', '-days', '365'],
    ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
  ].flat();
  const extension = (text: string) => ['-addext', text];
  const outputs = (name: string) => ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];

  await openssl(
    newKey,
    ['-subj', '/CN=podlapse-lab'],
    extension('basicConstraints=critical,CA:TRUE'),
    extension('keyUsage=critical,keyCertSign'),
    extension('subjectKeyIdentifier=hash'),
    outputs('ca'),
  );
  await Promise.all(
    Object.entries(identities(node)).map(([name, { subject, names }]) =>
      openssl(
        newKey,
        ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-subj', subject],
        extension('basicConstraints=critical,CA:FALSE'),
        extension('extendedKeyUsage=clientAuth,serverAuth'),
        names === undefined ? [] : extension(`subjectAltName=${names}`),
        outputs(name),
      ),
    ),
  );
  await openssl('genrsa', '-out', file('service-account.key'), '2048');
  await openssl('rsa', '-in', file('service-account.key'), '-pubout', '-out', file('service-account.pub'));
  return {
    folder,
    authority: file('ca.crt'),
    serviceAccountKey: file('service-account.key'),
    serviceAccountPublicKey: file('service-account.pub'),
  };
}
