import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseNotifications } from '../../functions/notify/notifications.ts';
import { readNotifySettings } from '../../functions/notify/settings.ts';
import { readNotificationsFile } from '../../infra/config/notifications-file.ts';
import { type Json, type SynthesizedStack, synthStack, TOLD } from '../support/stack.ts';

describe('the notifications', () => {
  let synthesized: SynthesizedStack;
  beforeAll(() => {
    synthesized = synthStack({}, TOLD);
  });
  const notify = () =>
    synthesized
      .ofType('AWS::Lambda::Function')
      .find(({ logicalId }) => logicalId.startsWith('NotificationsNotify'))!;
  const statements = (): { Action: string | string[]; Resource: Json; Condition?: Json }[] =>
    synthesized
      .ofType('AWS::IAM::Policy')
      .filter(({ logicalId }) => logicalId.startsWith('NotificationsNotifyRole'))
      .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement);

  it('read the table’s stream of restarts, in part again where a part failed, and give up into a queue', () => {
    const [queue] = synthesized.ofType('AWS::SQS::Queue');
    const [table] = synthesized.ofType('AWS::DynamoDB::GlobalTable');
    expect(table?.Properties['StreamSpecification']).toEqual({ StreamViewType: 'NEW_IMAGE' });
    const [mapping] = synthesized.ofType('AWS::Lambda::EventSourceMapping');
    expect(mapping?.Properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [table?.logicalId, 'StreamArn'] },
      FunctionName: { Ref: notify().logicalId },
      StartingPosition: 'LATEST',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 8,
      MaximumRecordAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue?.logicalId, 'Arn'] } } },
    });
    const patterns = mapping?.Properties['FilterCriteria'].Filters.map(({ Pattern }: Json) =>
      JSON.parse(Pattern),
    );
    expect(patterns).toEqual([
      {
        eventName: ['INSERT', 'MODIFY'],
        dynamodb: { Keys: { pk: { S: [{ prefix: 'RESTART#' }] } } },
      },
    ]);
  });

  it('may write of nothing in the table but of what was told', () => {
    const writing = statements().filter(({ Action }) => /PutItem|UpdateItem/.test(String(Action)));
    expect(writing).toMatchObject([
      {
        Action: 'dynamodb:UpdateItem',
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['NOTICE#*'] } },
      },
    ]);
  });

  it('may publish to the topics and read the secrets that are named, and no others', () => {
    const [topic] = synthesized
      .ofType('AWS::SNS::Topic')
      .filter(({ logicalId }) => logicalId.startsWith('Notifications'));
    const allowed = statements()
      .filter(({ Action }) => /^(?:sns|secretsmanager):/.test(String(Action)))
      .map(({ Action, Resource }) => [Action, Resource]);
    expect(allowed).toEqual(
      expect.arrayContaining([
        ['sns:Publish', { Ref: topic?.logicalId }],
        ['sns:Publish', 'arn:aws:sns:eu-west-1:111122223333:restarts'],
        ['secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hook-AbCdEf'],
      ]),
    );
    expect(allowed).toHaveLength(4);
    expect(JSON.stringify(allowed)).toContain(':secret:podlapse/slack-??????"');
    expect(notify().Properties['Environment'].Variables).toMatchObject({
      PODLAPSE_NOTIFY_TOPIC_ARN: { Ref: topic?.logicalId },
      PODLAPSE_URL: expect.anything(),
    });
  });

  it('are given all settings that the function needs', () => {
    const variables = Object.entries(notify().Properties['Environment'].Variables);
    const environment = Object.fromEntries(
      // What only CloudFormation knows is any address here.
      variables.map(([name, value]) => [name, typeof value === 'string' ? value : 'https://any.example']),
    );
    expect(readNotifySettings(environment, TOLD.targets)).toMatchObject({ stage: 'prod' });
  });

  it('have no topic where no target needs one', () => {
    const told = parseNotifications(
      JSON.stringify({
        targets: [{ name: 'chat', kind: 'slack', urlSecret: 'podlapse/slack' }],
        rules: [{ name: 'all', on: 'restart', to: ['chat'] }],
      }),
    );
    const { ofType } = synthStack({}, told);
    expect(ofType('AWS::SNS::Topic')).toHaveLength(1);
  });
});

describe('the file of the notifications', () => {
  const folder = mkdtempSync(join(tmpdir(), 'podlapse-notifications-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is read with what it says', () => {
    const path = join(folder, 'good.json');
    const text = '{"targets":[{"name":"a","kind":"sns"}],"rules":[{"name":"r","on":"restart","to":["a"]}]}';
    writeFileSync(path, text);
    expect(readNotificationsFile(path)).toMatchObject({ text, told: { targets: [{ name: 'a' }] } });
  });

  it('is refused with its name and the reason where it is wrong, or is not there', () => {
    const path = join(folder, 'wrong.json');
    writeFileSync(path, '{"targets":[{"name":"a","kind":"fax"}],"rules":[]}');
    expect(() => readNotificationsFile(path)).toThrow(
      /notifications: ".*wrong\.json" is refused: .*targets\.0/,
    );
    expect(() => readNotificationsFile(join(folder, 'none.json'))).toThrow(
      /ENOENT.*Allowed: off, or the path/s,
    );
  });
});
