import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { ARCHIVE_TABLES } from './archive-tables.ts';

/** Firehose writes a file when this much has come, or this long has passed. */
const BUFFER = { megabytes: 64, seconds: 900 };

/** Firehose, from the table's changes to rows in the bucket, by way of the function that unpacks them. */
export function addDelivery(
  scope: Construct,
  bucket: Bucket,
  unpack: IFunction,
  key: IKey | undefined,
): CfnDeliveryStream {
  const role = new Role(scope, 'DeliveryRole', {
    assumedBy: new ServicePrincipal('firehose.amazonaws.com'),
  });
  const folders = [...Object.keys(ARCHIVE_TABLES), 'errors'];
  const objects = folders.map((name) => bucket.arnForObjects(`${name}/*`));
  role.addToPolicy(
    new PolicyStatement({
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      resources: objects,
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      resources: [bucket.bucketArn],
    }),
  );
  role.addToPolicy(
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [unpack.functionArn] }),
  );
  if (key !== undefined) {
    const { region, urlSuffix } = Stack.of(scope);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.${urlSuffix}` } },
      }),
    );
  }
  const bucketId = String(
    Stack.of(scope).resolve(
      bucket.node.defaultChild instanceof CfnBucket ? bucket.node.defaultChild.logicalId : '',
    ),
  );
  for (const name of folders) {
    acknowledge(
      role,
      `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${name}/*]`,
      'Objects are named for the time at which they are written: their folder is all that can be named before.',
    );
  }
  const delivery = new CfnDeliveryStream(scope, 'Delivery', {
    deliveryStreamType: 'DirectPut',
    deliveryStreamEncryptionConfigurationInput: { keyType: 'AWS_OWNED_CMK' },
    extendedS3DestinationConfiguration: {
      bucketArn: bucket.bucketArn,
      roleArn: role.roleArn,
      prefix: '!{partitionKeyFromLambda:table}/day=!{partitionKeyFromLambda:day}/',
      errorOutputPrefix: 'errors/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/',
      compressionFormat: 'GZIP',
      fileExtension: '.json.gz',
      bufferingHints: { sizeInMBs: BUFFER.megabytes, intervalInSeconds: BUFFER.seconds },
      dynamicPartitioningConfiguration: { enabled: true, retryOptions: { durationInSeconds: 300 } },
      processingConfiguration: {
        enabled: true,
        processors: [
          {
            type: 'Lambda',
            parameters: [
              { parameterName: 'LambdaArn', parameterValue: unpack.functionArn },
              { parameterName: 'RoleArn', parameterValue: role.roleArn },
              // What is packed grows tenfold, and an answer holds 6 MB.
              { parameterName: 'BufferSizeInMBs', parameterValue: '0.2' },
              { parameterName: 'BufferIntervalInSeconds', parameterValue: '60' },
              { parameterName: 'NumberOfRetries', parameterValue: '3' },
            ],
          },
        ],
      },
    },
  });
  // Firehose checks what it may do when it is made.
  delivery.node.addDependency(role);
  return delivery;
}
