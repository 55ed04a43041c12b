import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import type * as z from 'zod/mini';
import {
  type RegistrationRequest,
  registrationRequest,
  rotationRequest,
  type TokenRequest,
  tokenRequest,
} from '../../timeline/contract/identity.ts';
import { reasonOf } from '../api/issue-reason.ts';
import { PATH_PARAMETERS } from '../api/parameters.ts';

/** What an administrator wants done. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'mint' }
  | { readonly kind: 'make'; readonly request: TokenRequest }
  | { readonly kind: 'rotate'; readonly id: string; readonly overlapSeconds: number }
  | { readonly kind: 'revoke'; readonly id: string }
  | { readonly kind: 'tokens' }
  | { readonly kind: 'register'; readonly cluster: string; readonly request: RegistrationRequest }
  | { readonly kind: 'clusters' };

/** Where it is to be done: on the table in AWS, or in the folder of `npm start`. */
export type Place =
  | { readonly kind: 'table'; readonly tableName: string }
  | { readonly kind: 'folder'; readonly dataDir: string };

/** A command line that cannot be followed; the message says what it may be. */
export class UsageError extends Error {
  readonly code = 'usage';
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'UsageError';
  }
}

export const USAGE = `npm run admin -- COMMAND [--table NAME | --data-dir PATH]

  token make --agent CLUSTER             for the agents of a cluster
  token make --reader CLUSTER[,CLUSTER]  for reading these; '*' for all
  token make --admin                     for the routes under /v1/admin
      [--description TEXT] [--expires-at TIME] [--requests-per-minute N]
  token rotate ID [--overlap-seconds N]  one that takes over; both are good for a day, or for N
  token revoke ID
  token list
  token mint                             a token that is written nowhere, and its hash for the stack's AdminTokenHashes
  cluster register NAME [--description TEXT] [--requests-per-minute N]
      [--events-days N] [--restarts-days N] [--rollups-days N]  how long each is kept
      [--issuer URL --subject NAME[,NAME] [--jwks-uri URL | --jwks JSON]]
  cluster list

It works on the table NAME (or PODLAPSE_TABLE) with your AWS credentials; without one, on the folder of npm start
(PODLAPSE_DATA_DIR, .podlapse), which must not be running.
`;

const TEXT = { type: 'string' } as const;
const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  table: TEXT,
  'data-dir': TEXT,
  agent: TEXT,
  reader: TEXT,
  admin: { type: 'boolean' },
  description: TEXT,
  'expires-at': TEXT,
  'requests-per-minute': TEXT,
  'overlap-seconds': TEXT,
  issuer: TEXT,
  subject: TEXT,
  'events-days': TEXT,
  'restarts-days': TEXT,
  'rollups-days': TEXT,
  'jwks-uri': TEXT,
  jwks: TEXT,
} as const satisfies ParseArgsOptionsConfig;

/** Reads a command line. @throws UsageError */
export function readCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { readonly command: Command; readonly place: Place } {
  const { values, positionals } = parse(args);
  const tableName = values.table ?? env['PODLAPSE_TABLE'];
  const dataDir = values['data-dir'] ?? env['PODLAPSE_DATA_DIR'] ?? '.podlapse';
  const place: Place =
    tableName === undefined || values['data-dir'] !== undefined
      ? { kind: 'folder', dataDir }
      : { kind: 'table', tableName };
  return { command: values.help === true ? { kind: 'help' } : commandOf(positionals, values), place };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), error);
  }
}

type Values = ReturnType<typeof parse>['values'];

function commandOf([noun, verb, name, ...rest]: readonly string[], values: Values): Command {
  const named = (): string => {
    if (name === undefined) throw new UsageError(`${noun} ${verb}: say which`);
    return name;
  };
  if (rest.length > 0) throw new UsageError(`${rest[0]}: one thing at a time`);
  switch (`${noun ?? ''} ${verb ?? ''}`) {
    case 'token mint':
      return { kind: 'mint' };
    case 'token make':
      return { kind: 'make', request: tokenRequestOf(values) };
    case 'token rotate': {
      const overlapSeconds = numberOf(values, 'overlap-seconds');
      return { kind: 'rotate', id: named(), ...check(rotationRequest, { overlapSeconds }) };
    }
    case 'token revoke':
      return { kind: 'revoke', id: named() };
    case 'token list':
      return { kind: 'tokens' };
    case 'cluster register': {
      const cluster = check(PATH_PARAMETERS.cluster, named());
      return { kind: 'register', cluster, request: check(registrationRequest, registrationOf(values)) };
    }
    case 'cluster list':
      return { kind: 'clusters' };
    default:
      throw new UsageError(`no such command; there are:\n\n${USAGE}`);
  }
}

function tokenRequestOf(values: Values): TokenRequest {
  const { agent, reader, admin, description } = values;
  if ([agent, reader, admin].filter((given) => given !== undefined).length !== 1) {
    throw new UsageError('token make: say one of --agent CLUSTER, --reader CLUSTERS and --admin');
  }
  const expiresAt = values['expires-at'];
  const requestsPerMinute = numberOf(values, 'requests-per-minute');
  const common = { description, expiresAt, requestsPerMinute };
  if (agent !== undefined) return check(tokenRequest, { kind: 'agent', cluster: agent, ...common });
  if (reader !== undefined) {
    return check(tokenRequest, { kind: 'reader', clusters: reader.split(','), ...common });
  }
  return check(tokenRequest, { kind: 'admin', ...common });
}

function registrationOf(values: Values) {
  const { issuer, subject, jwks, description } = values;
  const jwksUri = values['jwks-uri'];
  const requestsPerMinute = numberOf(values, 'requests-per-minute');
  const retention = {
    eventsDays: numberOf(values, 'events-days'),
    restartsDays: numberOf(values, 'restarts-days'),
    rollupsDays: numberOf(values, 'rollups-days'),
  };
  if (issuer === undefined) {
    if (subject !== undefined || jwks !== undefined || jwksUri !== undefined) {
      throw new UsageError('--subject, --jwks-uri and --jwks say something of an --issuer; name it too');
    }
    return { description, requestsPerMinute, retention };
  }
  const tokenIssuer = { issuer, subjects: subject?.split(','), jwksUri, jwks: jsonOf(jwks) };
  return { description, requestsPerMinute, tokenIssuer, retention };
}

function jsonOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError('--jwks is not JSON; give what `kubectl get --raw /openid/v1/jwks` says', error);
  }
}

function numberOf(
  values: Values,
  name: 'overlap-seconds' | 'requests-per-minute' | 'events-days' | 'restarts-days' | 'rollups-days',
): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} is "${text}"; it must be a whole number`);
  return Number(text);
}

function check<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UsageError(reasonOf(parsed.error.issues, value));
}
