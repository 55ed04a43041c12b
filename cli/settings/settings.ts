import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../command-line/spec.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingsParts {
  readonly env: Environment;
  readonly homeDir: string;
}

/** What is said once and for all, by variables and in `~/.config/podlapse`. */
export interface Settings {
  readonly api: URL;
  readonly token: string | undefined;
  /** Where the token is from, for people. */
  readonly tokenFrom: string | undefined;
  readonly caFile: string | undefined;
  /** Clusters by the kube contexts that lead to them. */
  readonly clusters: Readonly<Record<string, string>>;
}

export interface SettingFlags {
  readonly api?: string | undefined;
  readonly 'token-file'?: string | undefined;
  readonly 'api-ca-file'?: string | undefined;
}

const DEFAULT_API = 'http://127.0.0.1:8080';

/** Reads the settings: of flag, variable and file, the first that says something counts. @throws UsageError */
export function readSettings(flags: SettingFlags, { env, homeDir }: SettingsParts): Settings {
  const folder = join(nonEmpty(env['XDG_CONFIG_HOME']) ?? join(homeDir, '.config'), 'podlapse');
  const configPath = join(folder, 'config.json');
  const config = readConfig(configPath);
  const [api, apiFrom] = firstOf([
    [flags.api, '--api'],
    [env['PODLAPSE_API'], 'PODLAPSE_API'],
    [config.api, configPath],
  ]) ?? [DEFAULT_API, ''];
  return {
    api: apiAddress(api, apiFrom),
    ...readToken(flags, env, config.tokenFile, join(folder, 'token')),
    caFile: nonEmpty(flags['api-ca-file']) ?? nonEmpty(env['PODLAPSE_API_CA_FILE']) ?? config.caFile,
    clusters: config.clusters,
  };
}

type From = readonly [value: string, from: string];

function firstOf(some: readonly (readonly [string | undefined, string])[]): From | undefined {
  return some.find((one): one is From => nonEmpty(one[0]) !== undefined);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function apiAddress(text: string, from: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new UsageError(
      `${from} is "${text}", which is no address of an API; give one such as ${DEFAULT_API}.`,
    );
  if (url.username !== '' || url.password !== '')
    throw new UsageError(`${from} holds a password, which others can see; give a token with --token-file.`);
  if (url.search !== '' || url.hash !== '')
    throw new UsageError(`${from} has a query or a fragment; give it without.`);
  return url;
}

function readToken(
  flags: SettingFlags,
  env: Environment,
  configured: string | undefined,
  ownFile: string,
): Pick<Settings, 'token' | 'tokenFrom'> {
  const named = firstOf([[flags['token-file'], '--token-file']]);
  if (named === undefined && nonEmpty(env['PODLAPSE_TOKEN']) !== undefined)
    return { token: checkToken(env['PODLAPSE_TOKEN'] ?? '', 'PODLAPSE_TOKEN'), tokenFrom: 'PODLAPSE_TOKEN' };
  const file =
    named ??
    firstOf([
      [env['PODLAPSE_TOKEN_FILE'], 'PODLAPSE_TOKEN_FILE'],
      [configured, 'tokenFile of the configuration'],
    ]);
  const path = file?.[0] ?? ownFile;
  const text = readIfThere(path);
  if (text !== undefined) return { token: checkToken(text.trim(), path), tokenFrom: path };
  if (file === undefined) return { token: undefined, tokenFrom: undefined };
  throw new UsageError(`${file[1]}: there is no file ${path}.`);
}

/** It stands in a header: what cannot stand there is no token, and must not be shown in an error. */
function checkToken(token: string, from: string): string {
  if (/^[!-~]{1,8192}$/.test(token)) return token;
  throw new UsageError(`${from} holds no token: it must be one word of letters, digits and signs.`);
}

interface Config {
  readonly api?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly clusters: Readonly<Record<string, string>>;
}

function readConfig(path: string): Config {
  const text = readIfThere(path);
  if (text === undefined) return { clusters: {} };
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw new UsageError(`${path} must hold an object.`);
  for (const [name, value] of Object.entries(config)) {
    const isRight =
      name === 'clusters'
        ? isTexts(value)
        : ['api', 'tokenFile', 'caFile'].includes(name) && typeof value === 'string';
    if (!isRight)
      throw new UsageError(
        `${path}: "${name}" is not right; there may be "api", "tokenFile" and "caFile", each a text, and "clusters", texts by kube context.`,
      );
  }
  return { clusters: {}, ...config };
}

function isTexts(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}

/** Undefined if there is no such file. @throws UsageError if there is one that cannot be read */
export function readIfThere(path: string): string | undefined {
  // Asked first, as most are not there, and an error with its stack takes a while to make.
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
