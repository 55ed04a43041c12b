import { apiFlag, clusterFlag, nodeNameFlag, pathFlag } from './flag-types.ts';
import { type Environment, type Flag, missing, type Reading, readFlags, usageOf, Wrong } from './flags.ts';
import { checked, DEFAULT_API, DEFAULT_SPOOL_BYTES, type SendSettings } from './settings.ts';

export interface ReplaySettings extends SendSettings {
  readonly recording: string;
  /** Infinity: as fast as the API takes it. */
  readonly speed: number;
  readonly nodeName: string | undefined;
}

const speedFlag: Flag<number> = {
  value: 'N|max',
  help: 'how many times faster than it was, such as 0.5 or 60; max: at once (default 1)',
  parse: (text) => {
    if (text === 'max') return Number.POSITIVE_INFINITY;
    const speed = /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : 0;
    return speed > 0 ? speed : new Wrong('is no speed; give a number above 0, or max');
  },
};

const REPLAY_FLAGS = {
  recording: pathFlag('the recording, plain or .gz; needed'),
  cluster: clusterFlag('the name of the cluster to replay it as; needed'),
  api: apiFlag(`where the podlapse API is (default ${DEFAULT_API})`),
  'token-file': pathFlag('a file with the token for the API, read for every request'),
  'api-ca-file': pathFlag('authorities to trust at the API beside the well-known ones, in PEM'),
  speed: speedFlag,
  'node-name': nodeNameFlag('the --node-name that the recorder was given, if it was'),
};

export function replayUsage(): string {
  return `Usage: npm run replay -- --recording PATH --cluster NAME [flags]

Sends a recording to the podlapse API through the agent's own pipeline, as if it happened now; its times stay. Doing
it twice stores it once. Each flag can be given as a variable too: --token-file as PODLAPSE_TOKEN_FILE.

${usageOf(REPLAY_FLAGS)}`;
}

/** Reads the player's settings. */
export function readReplaySettings(
  argv: readonly string[],
  environment: Environment,
): Reading<ReplaySettings> {
  return checked(readFlags(REPLAY_FLAGS, argv, environment), (values) => {
    const { recording, cluster } = values;
    const errors = [
      ...(recording === undefined ? [missing('recording', 'give the recording to replay')] : []),
      ...(cluster === undefined ? [missing('cluster', 'give the name of the cluster to replay it as')] : []),
    ];
    if (recording === undefined || cluster === undefined) return { errors };
    return {
      errors,
      settings: {
        recording,
        cluster,
        api: values.api ?? new URL(DEFAULT_API),
        tokenFile: values['token-file'],
        apiCaFile: values['api-ca-file'],
        speed: values.speed ?? 1,
        nodeName: values['node-name'],
        spoolMaxBytes: DEFAULT_SPOOL_BYTES,
      },
    };
  });
}
