import { beforeAll, describe, expect, it } from 'vitest';
import { readLambdaSettings } from '../../functions/lambda-settings.ts';
import { readRetention } from '../../functions/retention-settings.ts';
import { readSilenceSettings } from '../../functions/silence/settings.ts';
import { createTableInput } from '../../functions/store/table.ts';
import { EVERYTHING, type Json, type SynthesizedStack, synthStack, TOLD } from '../support/stack.ts';

describe('the stack as it is by default', () => {
  let synthesized: SynthesizedStack;
  beforeAll(() => {
    synthesized = synthStack();
  });

  it('has one table: on demand with a ceiling, encrypted, recoverable, protected, with expiry and the store’s index', () => {
    const wanted = createTableInput('any');
    expect(synthesized.ofType('AWS::DynamoDB::GlobalTable')).toMatchObject([
      {
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: wanted.KeySchema,
          WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 4000 },
          GlobalSecondaryIndexes: [
            {
              ...wanted.GlobalSecondaryIndexes?.[0],
              WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 4000 },
            },
          ],
          SSESpecification: { SSEEnabled: true },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          Replicas: [
            {
              DeletionProtectionEnabled: true,
              PointInTimeRecoverySpecification: {
                PointInTimeRecoveryEnabled: true,
                RecoveryPeriodInDays: 35,
              },
              ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 12_000 },
            },
          ],
        },
      },
    ]);
    expect(synthesized.stack.terminationProtection).toBe(true);
  });

  it('has functions on Node 24 and arm64, traced, with logs that end', () => {
    const functions = synthesized.ofType('AWS::Lambda::Function');
    expect(functions).toHaveLength(2);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
        Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } },
        LoggingConfig: { LogGroup: { Ref: expect.any(String) } },
      });
    }
    const logs = synthesized.ofType('AWS::Logs::LogGroup');
    expect(logs.map(({ Properties }) => Properties['RetentionInDays'])).toEqual([90, 90]);
  });

  it('opens the API’s URL to everyone, with both permissions that this takes since October 2025', () => {
    expect(synthesized.ofType('AWS::Lambda::Url')).toMatchObject([
      { Properties: { AuthType: 'NONE', InvokeMode: 'BUFFERED' } },
    ]);
    const open = synthesized
      .ofType('AWS::Lambda::Permission')
      .filter(({ Properties }) => Properties['Principal'] === '*');
    const FunctionName = synthesized.ofType('AWS::Lambda::Url')[0]!.Properties['TargetFunctionArn'];
    expect(open.map(({ Properties }) => Properties)).toEqual([
      { FunctionName, Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE', Principal: '*' },
      { FunctionName, Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true, Principal: '*' },
    ]);
  });

  it('looks for silent clusters every five minutes, which only that rule may ask for', () => {
    const [rule] = synthesized.ofType('AWS::Events::Rule');
    expect(rule?.Properties['ScheduleExpression']).toBe('rate(5 minutes)');
    const permissions = synthesized
      .ofType('AWS::Lambda::Permission')
      .filter(({ Properties }) => Properties['Principal'] === 'events.amazonaws.com');
    expect(permissions.map(({ Properties }) => Properties['SourceArn'])).toEqual([
      { 'Fn::GetAtt': [rule?.logicalId, 'Arn'] },
    ]);
  });

  it('gives the functions all settings that they need', () => {
    const [api, check] = ['ApiFunction', 'SilenceCheckFunction'].map((name) => {
      const made = synthesized
        .ofType('AWS::Lambda::Function')
        .find(({ logicalId }) => logicalId.startsWith(name));
      // What only CloudFormation knows is empty here, or any name.
      return Object.fromEntries(
        Object.entries(made?.Properties['Environment'].Variables ?? {}).map(([variable, value]) => [
          variable,
          typeof value === 'string' ? value : variable === 'PODLAPSE_TABLE' ? 'history' : '',
        ]),
      );
    });
    expect(readLambdaSettings(api ?? {})).toMatchObject({
      tableName: 'history',
      corsOrigins: [],
      retention: { eventsDays: 90, restartsDays: null, rollupsDays: null },
    });
    expect(readSilenceSettings(check ?? {})).toEqual({
      tableName: 'history',
      stage: 'prod',
      silentAfterSeconds: 3600,
    });
  });

  it('gives the chart its values as they are', () => {
    const outputs = synthesized.template.toJSON()['Outputs'] as Record<string, { Value: unknown }>;
    expect(Object.keys(outputs).toSorted()).toEqual(['AlarmTopicArn', 'ApiUrl', 'HelmValues', 'TableName']);
    const text = joined(outputs['HelmValues']?.Value);
    expect(JSON.parse(text)).toEqual({ api: { url: 'https://abc.lambda-url.eu-west-1.on.aws' } });
  });

  it('has nothing that is optional', () => {
    expect([...new Set(Object.values(resourcesOf(synthesized)).map(({ Type }) => Type))].toSorted()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::DynamoDB::GlobalTable',
      'AWS::Events::Rule',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Lambda::Url',
      'AWS::Logs::LogGroup',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
    ]);
    expect(synthesized.ofType('AWS::DynamoDB::GlobalTable')[0]?.Properties).not.toHaveProperty(
      'StreamSpecification',
    );
  });

  it('is the same each time, and so is the one with all that is optional', () => {
    expect(synthStack().text).toBe(synthesized.text);
    expect(synthStack(EVERYTHING, TOLD).text).toBe(synthStack(EVERYTHING, TOLD).text);
  });

  it('carries its name and its stage on all that can be tagged', () => {
    for (const type of [
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::IAM::Role',
      'AWS::SNS::Topic',
    ]) {
      for (const { Properties } of synthesized.ofType(type)) {
        expect(Properties['Tags']).toEqual([
          { Key: 'application', Value: 'podlapse' },
          { Key: 'stage', Value: 'prod' },
        ]);
      }
    }
  });
});

describe('the stack as it is configured', () => {
  it('is named for its stage, with the logical IDs of every other', () => {
    const prod = synthStack();
    const staging = synthStack({ stage: 'staging' });
    expect(staging.stack.stackName).toBe('Podlapse-staging');
    const ids = (of: SynthesizedStack) => Object.keys(resourcesOf(of)).filter((id) => !/Allow/.test(id));
    expect(ids(staging)).toEqual(ids(prod));
  });

  it('takes memory, concurrency, origins and ceilings from the settings', () => {
    const { ofType } = synthStack({
      memoryMb: '2048',
      reservedConcurrency: '25',
      corsOrigins: 'https://a.example,https://b.example',
      maxWriteUnits: '100',
      maxReadUnits: '200',
      recoveryDays: '7',
      eventsRetention: '14',
      restartsRetention: '400',
      logRetentionDays: '30',
      tracing: 'off',
      dashboard: 'off',
    });
    const api = ofType('AWS::Lambda::Function').find(({ Properties }) => Properties['MemorySize'] === 2048);
    expect(api?.Properties).toMatchObject({
      ReservedConcurrentExecutions: 25,
      Environment: { Variables: { PODLAPSE_CORS_ORIGINS: 'https://a.example,https://b.example' } },
    });
    expect(readRetention(api?.Properties['Environment'].Variables)).toEqual({
      eventsDays: 14,
      restartsDays: 400,
      rollupsDays: null,
    });
    expect(api?.Properties).not.toHaveProperty('TracingConfig');
    expect(ofType('AWS::DynamoDB::GlobalTable')[0]?.Properties).toMatchObject({
      WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 100 },
      Replicas: [
        {
          PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 7 },
          ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 200 },
        },
      ],
    });
    expect(ofType('AWS::Logs::LogGroup')[0]?.Properties['RetentionInDays']).toBe(30);
    expect(ofType('AWS::CloudWatch::Dashboard')).toEqual([]);
  });

  it('encrypts with a key made for it, or with the one that is given', () => {
    const made = synthStack({ customerKey: 'create' });
    const [key] = made.ofType('AWS::KMS::Key');
    expect(key).toMatchObject({ DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } });
    expect(made.ofType('AWS::DynamoDB::GlobalTable')[0]?.Properties['Replicas'][0]).toMatchObject({
      SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': [key?.logicalId, 'Arn'] } },
    });
    const arn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const given = synthStack({ customerKey: arn });
    expect(given.ofType('AWS::KMS::Key')).toEqual([]);
    expect(given.ofType('AWS::DynamoDB::GlobalTable')[0]?.Properties['Replicas'][0]).toMatchObject({
      SSESpecification: { KMSMasterKeyId: arn },
    });
  });

  it('works on a restored table in place of its own, which it leaves as it is', () => {
    const { ofType, template } = synthStack({ servedTable: 'podlapse-restored' });
    expect(ofType('AWS::DynamoDB::GlobalTable')).toEqual(synthStack().ofType('AWS::DynamoDB::GlobalTable'));
    for (const { Properties } of ofType('AWS::Lambda::Function')) {
      expect(Properties['Environment'].Variables['PODLAPSE_TABLE']).toBe('podlapse-restored');
    }
    const allowed = JSON.stringify(ofType('AWS::IAM::Policy'));
    expect(allowed).toContain(':table/podlapse-restored"');
    expect(allowed).toContain(':table/podlapse-restored/index/pods"');
    expect(allowed).not.toContain('"HistoryC127576E"');
    expect(template.toJSON()['Outputs'].TableName.Value).toBe('podlapse-restored');
  });

  it('can be deleted once it is no longer protected', () => {
    const { stack, ofType } = synthStack({ protect: 'off' });
    expect(stack.terminationProtection).toBe(false);
    const [table] = ofType('AWS::DynamoDB::GlobalTable');
    expect(table).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: { Replicas: [{ DeletionProtectionEnabled: false }] },
    });
  });

  it('sets a budget when one is asked for', () => {
    expect(synthStack({ monthlyBudget: '300' }).ofType('AWS::Budgets::Budget')).toMatchObject([
      { Properties: { Budget: { BudgetLimit: { Amount: 300, Unit: 'USD' }, TimeUnit: 'MONTHLY' } } },
    ]);
  });
});

function resourcesOf({ template }: SynthesizedStack): Record<string, { Type: string }> {
  return template.toJSON()['Resources'];
}

/** What CloudFormation makes of a value in which nothing is unknown but the function's URL. */
function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, 'Fn::Select': select } = value as Record<string, Json>;
  if (join !== undefined) return join[1].map(joined).join(join[0]);
  if (select !== undefined) return 'https://abc.lambda-url.eu-west-1.on.aws/'.split('/')[select[0]] ?? '';
  throw new Error(`unknown: ${JSON.stringify(value)}`);
}
