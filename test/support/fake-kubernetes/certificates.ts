import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Identity {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface Certificates {
  readonly caFile: string;
  readonly ca: Buffer;
  readonly server: Identity;
  readonly client: Identity;
}

const NEW_KEY = [
  'req',
  '-x509',
  '-nodes',
  '-newkey',
  'ec',
  '-pkeyopt',
  'ec_paramgen_curve:prime256v1',
  '-days',
  '2',
];

/**
 * Makes an authority of its own in `folder`, a server certificate and a client's, with openssl.
 *
 * @param host a name that the server has beside those of loopback
 */
export function makeCertificates(folder: string, host = 'localhost'): Certificates {
  const caFile = join(folder, 'ca.crt');
  const caKeyFile = join(folder, 'ca.key');
  openssl(
    [...NEW_KEY, '-subj', '/CN=fake-kubernetes-ca', '-keyout', caKeyFile, '-out', caFile],
    ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'],
  );
  const sign = (name: string, subject: string, usage: string, names?: string): Identity => {
    const certFile = join(folder, `${name}.crt`);
    const keyFile = join(folder, `${name}.key`);
    openssl(
      [
        ...NEW_KEY,
        '-CA',
        caFile,
        '-CAkey',
        caKeyFile,
        '-subj',
        subject,
        '-keyout',
        keyFile,
        '-out',
        certFile,
      ],
      ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', `extendedKeyUsage=${usage}`],
      names === undefined ? [] : ['-addext', `subjectAltName=${names}`],
    );
    return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) };
  };
  return {
    caFile,
    ca: readFileSync(caFile),
    server: sign('server', '/CN=kube-apiserver', 'serverAuth', `DNS:${host},DNS:localhost,IP:127.0.0.1`),
    client: sign('client', '/O=podlapse/CN=podlapse-agent', 'clientAuth'),
  };
}

/** Without a configuration file: a distribution's adds extensions of its choice, and some may not be given twice. */
function openssl(...parts: string[][]): void {
  execFileSync('openssl', parts.flat(), {
    stdio: 'pipe',
    env: { ...process.env, OPENSSL_CONF: '/dev/null' },
  });
}
