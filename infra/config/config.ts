import { type Reading, type Setting } from './setting.ts';
import { SETTINGS, type SettingName } from './settings.ts';

type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** All settings, read and checked. */
export type Config = { readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]> };

/** Says everything that is wrong with the configuration, a line each. */
export class ConfigError extends Error {
  readonly code = 'invalid-config';
  constructor(faults: readonly string[]) {
    super(
      `The configuration is not valid:\n${faults.map((fault) => `- ${fault}`).join('\n')}\nAll settings: npx cdk synth -c help=true`,
    );
    this.name = 'ConfigError';
  }
}

const NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/**
 * Reads the CDK context. What CDK puts there itself (feature flags, its own switches, cached look-ups) has an `@`, a `:`
 * or a `/` in its key, or stands in `CDK_KEYS`; any other key that is no setting is refused.
 *
 * @throws ConfigError that names each key with its value, the reason and what is allowed
 */
export function readConfig(context: Readonly<Record<string, unknown>>): Config {
  const faults = Object.keys(context).filter(isForeign).map(unknownKey);
  const values: [string, unknown][] = [];
  for (const name of NAMES) {
    const setting: Setting<unknown> = SETTINGS[name];
    const reading = readValue(setting, context[name] ?? setting.fallback);
    if ('value' in reading) values.push([name, reading.value]);
    else {
      faults.push(
        `${name}: ${JSON.stringify(context[name])} is refused: ${reading.refused}. Allowed: ${setting.allowed}.`,
      );
    }
  }
  if (faults.length > 0) throw new ConfigError(faults);
  const config = Object.fromEntries(values) as Config;
  const conflicts = conflictsOf(config);
  if (conflicts.length > 0) throw new ConfigError(conflicts);
  return config;
}

/** Numbers, truth values and lists come from cdk.json; the command line knows only text. */
function readValue<T>(setting: Setting<T>, value: unknown): Reading<T> {
  if (typeof value === 'string') return setting.read(value.trim());
  if (typeof value === 'number' || typeof value === 'boolean') return setting.read(String(value));
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) {
    return setting.read(value.length === 0 ? 'none' : value.join(','));
  }
  return { refused: 'it is neither a text, a number, true or false nor a list of texts' };
}

function conflictsOf(config: Config): readonly string[] {
  const { domainName, certificateArn, hostedZoneId, webAclArn, servedTable, archive, notifications } = config;
  const faults: string[] = [];
  const refuse = (name: SettingName, value: unknown, reason: string, remedy: string) =>
    faults.push(`${name}: ${JSON.stringify(value)} is refused: ${reason}. Allowed: ${remedy}.`);
  if (domainName !== undefined && certificateArn === undefined) {
    refuse('certificateArn', 'none', `domainName is "${domainName}"`, SETTINGS.certificateArn.allowed);
  }
  for (const [name, value] of Object.entries({ certificateArn, hostedZoneId, webAclArn })) {
    if (value !== undefined && domainName === undefined) {
      refuse(name as SettingName, value, 'it is of use with a domainName only', 'none, or set domainName');
    }
  }
  // Both follow the stream of the stack's own table, to which nothing is written then.
  if (servedTable !== undefined && (archive || notifications !== undefined)) {
    refuse(
      'servedTable',
      servedTable,
      'archive and notifications follow the table own',
      'own, or switch both off',
    );
  }
  return faults;
}

/** Keys without a mark of CDK's that its command line or its context files may hold. */
const CDK_KEYS: ReadonlySet<string> = new Set(['acknowledged-issue-numbers', 'cli-telemetry', 'help']);

function isForeign(key: string): boolean {
  return !/[@:/]/.test(key) && !CDK_KEYS.has(key) && !Object.hasOwn(SETTINGS, key);
}

function unknownKey(key: string): string {
  const wanted = key.toLowerCase().replaceAll(/[^a-z]/g, '');
  const near = NAMES.find((name) => name.toLowerCase() === wanted);
  return near === undefined
    ? `${key}: there is no such setting. There are: ${NAMES.join(', ')}.`
    : `${key}: there is no such setting; it is written ${near}.`;
}

/** All settings with what they do, what may be written and what they are without being set. */
export function describeSettings(): string {
  const lines = NAMES.map((name) => {
    const { about, allowed, fallback } = SETTINGS[name];
    return `  ${name}\n      ${about}\n      default: ${fallback}\n      allowed: ${allowed}\n`;
  });
  return `Settings, as -c NAME=VALUE or under "context" in cdk.json:\n\n${lines.join('\n')}`;
}
