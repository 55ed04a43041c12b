import { readRetention } from './retention-settings.ts';
import type { Retention } from './store/retention.ts';

export interface LambdaSettings {
  readonly tableName: string;
  /** SHA-256, in hexadecimal, of the administrators' tokens that no other token made. */
  readonly adminTokenHashes: readonly string[];
  /** Origins whose pages may call the API. */
  readonly corsOrigins: readonly string[];
  /** Of clusters of which nothing else was said. */
  readonly retention: Retention;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads PODLAPSE_TABLE (the table's name), PODLAPSE_ADMIN_TOKEN_HASHES (separated by commas; two while one takes over
 * from another; without any, tokens are made with `npm run admin` only) and PODLAPSE_CORS_ORIGINS (separated by commas;
 * none if it is not set), and those of `readRetention`.
 *
 * @throws Error that names the setting; the function then does not start
 */
export function readLambdaSettings(env: Environment): LambdaSettings {
  const tableName = env['PODLAPSE_TABLE'];
  if (tableName === undefined || tableName === '') {
    throw new Error('PODLAPSE_TABLE is not set; it must be the name of the DynamoDB table');
  }
  return {
    tableName,
    adminTokenHashes: listOf(
      env,
      'PODLAPSE_ADMIN_TOKEN_HASHES',
      /^[0-9a-f]{64}$/,
      'a SHA-256 in hexadecimal, as `npm run admin -- token mint` gives it',
    ),
    corsOrigins: listOf(
      env,
      'PODLAPSE_CORS_ORIGINS',
      /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/,
      'an origin, such as https://restarts.example.com',
    ),
    retention: readRetention(env),
  };
}

function listOf(env: Environment, name: string, form: RegExp, what: string): readonly string[] {
  const parts = (env[name] ?? '').split(',').map((part) => part.trim());
  const given = parts.filter((part) => part !== '');
  for (const part of given) {
    if (!form.test(part)) throw new Error(`${name} has "${part.slice(0, 80)}"; each must be ${what}`);
  }
  return given;
}
