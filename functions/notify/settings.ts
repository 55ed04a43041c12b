import type { Target } from './notifications.ts';

export interface NotifySettings {
  readonly tableName: string;
  /** Where people open podlapse, without a slash at its end. */
  readonly baseUrl: string;
  /** The topic of the stack, for targets that name none. */
  readonly topicArn: string | undefined;
  /** The stage of the stack, which tells its metrics from another's. */
  readonly stage: string;
}

/**
 * Reads PODLAPSE_TABLE, PODLAPSE_URL, PODLAPSE_STAGE and, where a target is an SNS topic without an ARN,
 * PODLAPSE_NOTIFY_TOPIC_ARN.
 *
 * @throws Error that names the setting; the function then does not start
 */
export function readNotifySettings(
  env: Readonly<Record<string, string | undefined>>,
  targets: readonly Target[],
): NotifySettings {
  const textOf = (name: string): string => {
    const text = env[name];
    if (text === undefined || text === '') throw new Error(`${name} is not set; the stack sets it`);
    return text;
  };
  const baseUrl = textOf('PODLAPSE_URL').replace(/\/+$/, '');
  if (!URL.canParse(baseUrl))
    throw new Error('PODLAPSE_URL must be an address such as https://restarts.example.com');
  const needsTopic = targets.some((target) => target.kind === 'sns' && target.topicArn === undefined);
  return {
    tableName: textOf('PODLAPSE_TABLE'),
    baseUrl,
    topicArn: needsTopic ? textOf('PODLAPSE_NOTIFY_TOPIC_ARN') : undefined,
    stage: textOf('PODLAPSE_STAGE'),
  };
}
