import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Gives the text of a secret. @throws Error that names the secret, never what is in it */
export type Secrets = (secretId: string) => Promise<string>;

/** A secret that was rotated is used by all instances after this time at the latest. */
const MAX_AGE_MS = 5 * 60_000;

/** Secrets of Secrets Manager, each asked for at most once in five minutes. */
export function createSecrets(client: Pick<SecretsManagerClient, 'send'>, clock: () => number): Secrets {
  const known = new Map<string, { readonly text: string; readonly readMs: number }>();
  return async (secretId) => {
    const nowMs = clock();
    const kept = known.get(secretId);
    if (kept !== undefined && nowMs - kept.readMs < MAX_AGE_MS) return kept.text;
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    const text = SecretString?.trim() ?? '';
    if (text === '') throw new Error(`the secret ${secretId} has no text`);
    known.set(secretId, { text, readMs: nowMs });
    return text;
  };
}
