import { beforeAll, describe, expect, it } from 'vitest';
import { type Json, type SynthesizedStack, synthStack } from '../support/stack.ts';

describe('the archive', () => {
  let synthesized: SynthesizedStack;
  beforeAll(() => {
    synthesized = synthStack({ archive: 'on' });
  });
  const only = (type: string) => {
    const [first, ...others] = synthesized.ofType(type);
    expect(others).toEqual([]);
    return first!;
  };

  it('switches on the table’s stream, without replacing the table', () => {
    expect(only('AWS::DynamoDB::GlobalTable').Properties).toMatchObject({
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
  });

  it('is a private, encrypted bucket that outlives the stack', () => {
    const bucket = only('AWS::S3::Bucket');
    expect(bucket.DeletionPolicy).toBe('Retain');
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    expect(only('AWS::S3::BucketPolicy').Properties['PolicyDocument'].Statement).toMatchObject([
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });

  it('takes from the stream what it keeps, from the beginning, and puts aside what it cannot hand on', () => {
    const { SourceParameters: source, Target: target } = only('AWS::Pipes::Pipe').Properties;
    expect(target).toEqual({ 'Fn::GetAtt': [only('AWS::KinesisFirehose::DeliveryStream').logicalId, 'Arn'] });
    expect(source['DynamoDBStreamParameters']).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [only('AWS::SQS::Queue').logicalId, 'Arn'] } },
    });
    const keys = source['FilterCriteria'].Filters.map(
      ({ Pattern }: Json) => JSON.parse(Pattern).dynamodb.Keys,
    );
    expect(keys).toEqual([
      { pk: { S: [{ prefix: 'RESTART#' }] } },
      { pk: { S: [{ prefix: 'POD#' }] }, sk: { S: ['HEAD', { prefix: 'E#' }] } },
      { pk: { S: [{ prefix: 'NODE#' }] }, sk: { S: [{ prefix: 'E#' }] } },
    ]);
  });

  it('is written gzipped, by table and day, through the function that unpacks', () => {
    const { ExtendedS3DestinationConfiguration: to } = only(
      'AWS::KinesisFirehose::DeliveryStream',
    ).Properties;
    expect(to).toMatchObject({
      Prefix: '!{partitionKeyFromLambda:table}/day=!{partitionKeyFromLambda:day}/',
      ErrorOutputPrefix: expect.stringMatching(/^errors\//),
      CompressionFormat: 'GZIP',
      DynamicPartitioningConfiguration: { Enabled: true },
      // 64 MB is the least that dynamic partitioning takes.
      BufferingHints: { SizeInMBs: 64 },
    });
    const unpack = synthesized
      .ofType('AWS::Lambda::Function')
      .find(({ logicalId }) => /Unpack/.test(logicalId));
    expect(to['ProcessingConfiguration'].Processors[0].Parameters).toContainEqual({
      ParameterName: 'LambdaArn',
      ParameterValue: { 'Fn::GetAtt': [unpack?.logicalId, 'Arn'] },
    });
  });

  it('is in the catalogue, where the days need not be told', () => {
    const tables = synthesized.ofType('AWS::Glue::Table').map(({ Properties }) => Properties['TableInput']);
    expect(tables.map(({ Name }) => String(Name)).toSorted()).toEqual(['events', 'restarts']);
    for (const { Name, Parameters, PartitionKeys } of tables) {
      expect(PartitionKeys).toMatchObject([{ Name: 'day' }]);
      expect(JSON.stringify(Parameters['storage.location.template'])).toContain(`/${Name}/day=\${day}/`);
      expect(Parameters['projection.enabled']).toBe('true');
    }
  });

  it('comes with questions to ask, of columns that there are', () => {
    const tables = synthesized.ofType('AWS::Glue::Table').map(({ Properties }) => Properties['TableInput']);
    const columns = new Set<string>([
      'day',
      ...tables.flatMap(({ StorageDescriptor }) => StorageDescriptor.Columns.map(({ Name }: Json) => Name)),
    ]);
    const queries = synthesized.ofType('AWS::Athena::NamedQuery').map(({ Properties }) => Properties);
    expect(queries.map(({ Name }) => Name)).toContain('restarts by cluster and month');
    for (const { QueryString: sql } of queries) {
      const words = new Set<string>(sql.replaceAll(/'[^']*'/g, '').match(/\b[a-z]+_[a-z_]+\b/g));
      const functions = [
        'row_number',
        'date_format',
        'current_date',
        'count_if',
        'downtime_hours',
        'first_at',
        'last_at',
      ];
      expect([...words].filter((word) => !columns.has(word) && !functions.includes(word))).toEqual([]);
    }
    expect(only('AWS::Athena::WorkGroup').Properties['WorkGroupConfiguration']).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    });
  });

  it('has alarms of what is refused and of what is late', () => {
    const alarms = synthesized
      .ofType('AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties['MetricName']);
    expect(alarms).toEqual(
      expect.arrayContaining(['ApproximateNumberOfMessagesVisible', 'DeliveryToS3.DataFreshness']),
    );
  });

  it('is encrypted with the customer’s key, where there is one', () => {
    const { ofType } = synthStack({ archive: 'on', customerKey: 'create' });
    const key = { 'Fn::GetAtt': [ofType('AWS::KMS::Key')[0]?.logicalId, 'Arn'] };
    expect(ofType('AWS::S3::Bucket')[0]?.Properties['BucketEncryption']).toMatchObject({
      ServerSideEncryptionConfiguration: [
        { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } },
      ],
    });
    expect(ofType('AWS::Athena::WorkGroup')[0]?.Properties['WorkGroupConfiguration']).toMatchObject({
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: key } },
    });
  });
});
