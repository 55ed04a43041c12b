import { describe, expect, it } from 'vitest';
import { ConfigError, describeSettings, readConfig } from '../../../infra/config/config.ts';
import { SETTINGS } from '../../../infra/config/settings.ts';

const CERTIFICATE = 'arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab';

describe('the configuration', () => {
  it('is whole without anything being set', () => {
    expect(readConfig({})).toEqual({
      stage: 'prod',
      protect: true,
      memoryMb: 1024,
      reservedConcurrency: undefined,
      maxWriteUnits: 4000,
      maxReadUnits: 12_000,
      recoveryDays: 35,
      eventsRetention: 90,
      restartsRetention: undefined,
      rollupsRetention: undefined,
      servedTable: undefined,
      logRetentionDays: 90,
      customerKey: undefined,
      corsOrigins: [],
      domainName: undefined,
      certificateArn: undefined,
      hostedZoneId: undefined,
      webAclArn: undefined,
      archive: false,
      notifications: undefined,
      tracing: true,
      dashboard: true,
      alarmEmail: undefined,
      silenceMinutes: 60,
      costPerDay: 10,
      monthlyBudget: undefined,
    });
  });

  it('is read from the text of the command line', () => {
    const config = readConfig({
      stage: 'staging',
      protect: 'off',
      reservedConcurrency: '50',
      corsOrigins: 'https://a.example, http://localhost:3000',
      customerKey: 'create',
      domainName: 'podlapse.example.com',
      certificateArn: CERTIFICATE,
    });
    expect(config).toMatchObject({
      stage: 'staging',
      protect: false,
      reservedConcurrency: 50,
      corsOrigins: ['https://a.example', 'http://localhost:3000'],
      customerKey: 'create',
      domainName: 'podlapse.example.com',
    });
  });

  it('is read from the values of cdk.json, too', () => {
    const config = readConfig({ maxWriteUnits: 500, tracing: false, corsOrigins: ['https://a.example'] });
    expect(config).toMatchObject({ maxWriteUnits: 500, tracing: false, corsOrigins: ['https://a.example'] });
    expect(readConfig({ corsOrigins: [] }).corsOrigins).toEqual([]);
  });

  it('leaves alone what CDK puts into the context for itself', () => {
    const ofCdk = {
      '@aws-cdk/core:checkSecretUsage': true,
      'aws:cdk:enable-path-metadata': true,
      'availability-zones:account=111122223333:region=eu-west-1': ['eu-west-1a'],
      'acknowledged-issue-numbers': [1],
    };
    expect(readConfig(ofCdk)).toEqual(readConfig({}));
  });
});

describe('a wrong configuration', () => {
  const refusal = (context: Record<string, unknown>): string => {
    try {
      readConfig(context);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as ConfigError).message;
    }
    throw new Error('it was accepted');
  };

  it.each([
    ['memoryMb', '64', 'it is less than 256', 'a whole number from 256 to 10240'],
    ['recoveryDays', '36', 'it is more than 35', 'a whole number from 1 to 35'],
    ['maxWriteUnits', 'plenty', 'it is not a whole number', 'a whole number from 10 to 40000'],
    ['maxReadUnits', '1e3', 'it is not a whole number', 'a whole number from 10 to 40000'],
    ['restartsRetention', '6', 'it is less than 7', 'forever, or a whole number from 7 to 36500'],
    ['logRetentionDays', '91', 'it is none of those that there are', 'one of 1, 3, 5'],
    ['dashboard', 'yes', 'it is neither on nor off', 'on or off'],
    ['stage', 'Prod!', 'it does not have this form', 'a word such as prod'],
    ['corsOrigins', 'https://a.example,*', 'of "*", it does not have this form', 'an origin such as'],
    ['corsOrigins', '', 'of "", it does not have this form', 'none, or any number'],
    ['reservedConcurrency', '-1', 'it is not a whole number', 'none, or a whole number'],
    ['customerKey', 'alias/mine', 'it does not have this form', 'off, or create, or the ARN of a key'],
    [
      'certificateArn',
      CERTIFICATE.replace('us-east-1', 'eu-west-1'),
      'it does not have this form',
      'in us-east-1',
    ],
    ['alarmEmail', 'oncall', 'it does not have this form', 'an address such as oncall@example.com'],
    ['stage', [1], 'it is neither a text, a number', 'a word such as prod'],
    ['stage', { name: 'prod' }, 'it is neither a text, a number', 'a word such as prod'],
  ])(
    'of %s = %j is refused with the value, the reason and what is allowed',
    (key, value, reason, allowed) => {
      const message = refusal({ [key]: value });
      expect(message).toContain(`- ${key}: ${JSON.stringify(value)} is refused: ${reason}`);
      expect(message).toContain(`Allowed: `);
      expect(message).toContain(allowed);
    },
  );

  it('is refused for a key that is no setting, with those that there are', () => {
    expect(refusal({ retention: '3' })).toMatch(
      /retention: there is no such setting\. There are: stage, protect,/,
    );
    expect(refusal({ toString: '3' })).toContain('toString: there is no such setting');
    expect(refusal({ 'cors-origins': 'none' })).toContain(
      'there is no such setting; it is written corsOrigins.',
    );
  });

  it('is refused for all that is wrong with it at once', () => {
    const message = refusal({ stage: '', costPerDay: '0', domain: 'x' });
    expect(message.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(3);
  });

  it('is refused where one setting needs another', () => {
    expect(refusal({ domainName: 'podlapse.example.com' })).toContain('certificateArn: "none" is refused');
    expect(refusal({ servedTable: 'restored', archive: 'on' })).toContain(
      'servedTable: "restored" is refused: archive and notifications follow the table own. Allowed: own, or',
    );
    expect(refusal({ hostedZoneId: 'Z0123456789' })).toContain('of use with a domainName only');
  });
});

describe('the help', () => {
  it('has every setting with its default and what is allowed, and every default is allowed', () => {
    const help = describeSettings();
    for (const [name, { fallback, allowed, read }] of Object.entries(SETTINGS)) {
      expect(help).toContain(`  ${name}\n`);
      expect(help).toContain(`default: ${fallback}\n      allowed: ${allowed}\n`);
      expect(read(fallback)).toHaveProperty('value');
    }
  });
});
