import { resolve } from 'node:path';
import { readRetention } from '../retention-settings.ts';
import type { Retention } from '../store/retention.ts';

export interface LocalSettings {
  /** 0: any free one. */
  readonly port: number;
  readonly dataDir: string;
  readonly agent: 'auto' | 'off';
  /** Of clusters of which nothing else was said. */
  readonly retention: Retention;
}

/** A setting that cannot be used; the message names it and says what it takes. */
export class SettingError extends Error {
  readonly code = 'setting';
  constructor(message: string) {
    super(message);
    this.name = 'SettingError';
  }
}

/** Reads PODLAPSE_PORT, PODLAPSE_DATA_DIR, PODLAPSE_AGENT and those of `readRetention`. @throws SettingError */
export function readLocalSettings(env: Readonly<Record<string, string | undefined>>): LocalSettings {
  const port = env['PODLAPSE_PORT'] ?? '8080';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new SettingError(
      `PODLAPSE_PORT is "${port}"; it must be a port from 1 to 65535, or 0 for any free one`,
    );
  }
  const agent = env['PODLAPSE_AGENT'] ?? 'auto';
  if (agent !== 'auto' && agent !== 'off') {
    throw new SettingError(`PODLAPSE_AGENT is "${agent}"; it must be auto or off`);
  }
  const dataDir = env['PODLAPSE_DATA_DIR'] ?? '.podlapse';
  if (dataDir.trim() === '') {
    throw new SettingError(
      'PODLAPSE_DATA_DIR is empty; it must be a folder, which is made if it is not there',
    );
  }
  return { port: Number(port), dataDir: resolve(dataDir), agent, retention: retentionIn(env) };
}

function retentionIn(env: Readonly<Record<string, string | undefined>>): Retention {
  try {
    return readRetention(env);
  } catch (error) {
    throw new SettingError(error instanceof Error ? error.message : String(error));
  }
}
