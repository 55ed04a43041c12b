import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Alarms } from './alarms.ts';
import { addCatalogue } from './archive-catalogue.ts';
import { addDelivery } from './archive-delivery.ts';
import type { Config } from './config/config.ts';
import { addDeadLetters, watchDeadLetters } from './dead-letters.ts';
import { grantStream, type History } from './history-table.ts';
import { NodeFunction } from './node-function.ts';

export interface ArchiveProps {
  readonly config: Config;
  readonly history: History;
  /** The folder that `bundleFunction` made. */
  readonly folder: string;
  readonly alarms: Alarms;
}

/** Of the pods' logs, the heads and entries; of the nodes', the packs; of restarts, every change. */
const FILTERS = [
  { dynamodb: { Keys: { pk: { S: [{ prefix: 'RESTART#' }] } } } },
  {
    eventName: ['INSERT'],
    dynamodb: { Keys: { pk: { S: [{ prefix: 'POD#' }] }, sk: { S: ['HEAD', { prefix: 'E#' }] } } },
  },
  {
    eventName: ['INSERT'],
    dynamodb: { Keys: { pk: { S: [{ prefix: 'NODE#' }] }, sk: { S: [{ prefix: 'E#' }] } } },
  },
];

/**
 * The archive: what is written to the table goes on, through EventBridge Pipes and Firehose, to S3 as lines of JSON,
 * gzipped, and is asked with Athena. Why so: docs/decisions/0008-archive.md.
 */
export class Archive extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { config, history, folder, alarms }: ArchiveProps) {
    super(scope, id);
    this.bucket = this.#addBucket(config, history.key);
    const unpack = new NodeFunction(this, 'Unpack', {
      config,
      description: 'podlapse: makes rows for the archive of what is packed in the table',
      folder,
      memoryMb: 512,
      timeout: Duration.seconds(60),
      environment: {},
    });
    const delivery = addDelivery(this, this.bucket, unpack.lambda, history.key);
    const refused = addDeadLetters(this, 'Refused');
    this.#addPipe(history, delivery, refused);
    addCatalogue(this, this.bucket, config.stage, history.key);
    watchDeadLetters(
      alarms,
      'ArchiveRefused',
      refused,
      'Changes could not be handed to the archive; they wait in a queue for 14 days.',
    );
    alarms.add('ArchiveLate', {
      metric: new Metric({
        namespace: 'AWS/Firehose',
        metricName: 'DeliveryToS3.DataFreshness',
        dimensionsMap: { DeliveryStreamName: delivery.ref },
        statistic: 'Maximum',
        period: Duration.minutes(15),
      }),
      description:
        'What was written an hour ago is not in the archive yet. Look at the log of the function Unpack, and under errors/ in the bucket.',
      threshold: 3600,
      periods: 2,
    });
  }

  #addBucket({ protect }: Config, key: IKey | undefined): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      ...(key === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
      // A bucket that holds anything cannot be deleted: emptying it is left to whoever wants that.
      removalPolicy: protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        { prefix: 'answers/', expiration: Duration.days(30) },
      ],
    });
    acknowledge(
      bucket,
      'AwsSolutions-S1',
      'CloudTrail’s data events tell who read what, for those who want that; an access log would need a second bucket.',
    );
    return bucket;
  }

  #addPipe(history: History, delivery: CfnDeliveryStream, refused: Queue): CfnPipe {
    const role = new Role(this, 'PipeRole', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    grantStream(history, role);
    role.addToPolicy(
      new PolicyStatement({ actions: ['firehose:PutRecordBatch'], resources: [delivery.attrArn] }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [refused.queueArn] }));
    const pipe = new CfnPipe(this, 'Pipe', {
      description: 'podlapse: from the table to the archive',
      roleArn: role.roleArn,
      source: history.table.tableStreamArn ?? '',
      sourceParameters: {
        filterCriteria: { filters: FILTERS.map((filter) => ({ pattern: JSON.stringify(filter) })) },
        dynamoDbStreamParameters: {
          startingPosition: 'TRIM_HORIZON',
          batchSize: 100,
          maximumBatchingWindowInSeconds: 60,
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          maximumRetryAttempts: 20,
          deadLetterConfig: { arn: refused.queueArn },
        },
      },
      target: delivery.attrArn,
    });
    pipe.node.addDependency(role);
    return pipe;
  }
}
