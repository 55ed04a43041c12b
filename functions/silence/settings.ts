export interface SilenceSettings {
  readonly tableName: string;
  /** The stage of the stack, which tells its metrics from another’s. */
  readonly stage: string;
  /** How long a cluster may be silent. */
  readonly silentAfterSeconds: number;
}

/**
 * Reads PODLAPSE_TABLE, PODLAPSE_STAGE and PODLAPSE_SILENCE_MINUTES.
 *
 * @throws Error that names the setting; the function then does not start
 */
export function readSilenceSettings(env: Readonly<Record<string, string | undefined>>): SilenceSettings {
  const textOf = (name: string): string => {
    const text = env[name];
    if (text === undefined || text === '') throw new Error(`${name} is not set; the stack sets it`);
    return text;
  };
  const minutes = Number(textOf('PODLAPSE_SILENCE_MINUTES'));
  if (!Number.isInteger(minutes) || minutes < 1) {
    throw new Error('PODLAPSE_SILENCE_MINUTES must be a whole number of minutes, at least 1');
  }
  return {
    tableName: textOf('PODLAPSE_TABLE'),
    stage: textOf('PODLAPSE_STAGE'),
    silentAfterSeconds: minutes * 60,
  };
}
