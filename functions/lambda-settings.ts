import { reasonOf } from './api/issue-reason.ts';
import { type TokenGrants, tokenGrants } from './api/token-access.ts';

export interface LambdaSettings {
  readonly tableName: string;
  readonly tokens: TokenGrants;
}

/**
 * Reads PODLAPSE_TABLE (the table's name) and PODLAPSE_TOKENS (JSON: the SHA-256 of a token in hexadecimal, to
 * `{"agent": CLUSTER}` or `{"reader": ["*"] or [CLUSTER, …]}`; without it, nobody is let in).
 *
 * @throws Error that names the setting; the function then does not start
 */
export function readLambdaSettings(env: Readonly<Record<string, string | undefined>>): LambdaSettings {
  const tableName = env['PODLAPSE_TABLE'];
  if (tableName === undefined || tableName === '') {
    throw new Error('PODLAPSE_TABLE is not set; it must be the name of the DynamoDB table');
  }
  return { tableName, tokens: readTokens(env['PODLAPSE_TOKENS'] ?? '{}') };
}

function readTokens(text: string): TokenGrants {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error('PODLAPSE_TOKENS is not JSON', { cause: error });
  }
  const parsed = tokenGrants.safeParse(value);
  if (!parsed.success) throw new Error(`PODLAPSE_TOKENS: ${reasonOf(parsed.error.issues, value)}`);
  return parsed.data;
}
