import { describe, expect, it } from 'vitest';
import { readNotifySettings } from '../../../functions/notify/settings.ts';

const ENVIRONMENT = {
  PODLAPSE_TABLE: 'history',
  PODLAPSE_URL: 'https://restarts.example/',
  PODLAPSE_STAGE: 'prod',
};
const OWN_TOPIC = { name: 'mail', kind: 'sns', topicArn: 'arn:aws:sns:eu-west-1:123456789012:own' } as const;
const STACKS_TOPIC = { name: 'mail', kind: 'sns' } as const;

describe('the settings of the function that notifies', () => {
  it('need no topic of the stack when every target names its own', () => {
    expect(readNotifySettings(ENVIRONMENT, [OWN_TOPIC])).toEqual({
      tableName: 'history',
      baseUrl: 'https://restarts.example',
      stage: 'prod',
      topicArn: undefined,
    });
  });

  it.each([
    ['PODLAPSE_TABLE is not set', { ...ENVIRONMENT, PODLAPSE_TABLE: '' }, OWN_TOPIC],
    ['PODLAPSE_STAGE is not set', { ...ENVIRONMENT, PODLAPSE_STAGE: '' }, OWN_TOPIC],
    ['PODLAPSE_URL must be an address', { ...ENVIRONMENT, PODLAPSE_URL: 'restarts' }, OWN_TOPIC],
    ['PODLAPSE_NOTIFY_TOPIC_ARN is not set', ENVIRONMENT, STACKS_TOPIC],
  ])('say what is wrong: %s', (reason, environment, target) => {
    expect(() => readNotifySettings(environment, [target])).toThrow(reason);
  });
});
