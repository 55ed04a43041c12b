import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  CfnGlobalTable,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { TABLE } from '../functions/store/table.ts';
import { acknowledge } from './acknowledge.ts';
import type { Config } from './config/config.ts';

/** A table, wherever it was made. */
export interface NamedTable {
  readonly tableName: string;
  readonly tableArn: string;
  /** Undefined without a stream. */
  readonly tableStreamArn?: string | undefined;
}

/** The table with all history, and the customer’s key that it is encrypted with, where it is with one. */
export interface History {
  readonly table: NamedTable;
  readonly key: IKey | undefined;
}

/** Makes the table. `table-shape.ts` holds it to what is deployed, its place in the stack included. */
export function createHistory(
  stack: Stack,
  config: Config,
  key: IKey | undefined,
  streams: boolean,
): History {
  const text = (name: string) => ({ name, type: AttributeType.STRING });
  const { podIndex } = TABLE;
  const ceiling = {
    maxReadRequestUnits: config.maxReadUnits,
    maxWriteRequestUnits: config.maxWriteUnits,
  };
  const table = new TableV2(stack, 'History', {
    partitionKey: text(TABLE.partitionKey),
    sortKey: text(TABLE.sortKey),
    billing: Billing.onDemand(ceiling),
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: {
      pointInTimeRecoveryEnabled: true,
      recoveryPeriodInDays: config.recoveryDays,
    },
    timeToLiveAttribute: TABLE.ttlAttribute,
    // A stream cannot be changed, only made anew under another ARN: one form, whoever reads it.
    ...(streams ? { dynamoStream: StreamViewType.NEW_IMAGE } : {}),
    deletionProtection: config.protect,
    removalPolicy: config.protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    globalSecondaryIndexes: [
      {
        indexName: podIndex.name,
        partitionKey: text(podIndex.partitionKey),
        sortKey: text(podIndex.sortKey),
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...podIndex.projected],
        ...ceiling,
      },
    ],
  });
  if (key !== undefined && table.node.defaultChild instanceof CfnGlobalTable) {
    // `customerManagedKey` would ask for the stack's region, although there is but one replica.
    table.node.defaultChild.addPropertyOverride('Replicas.0.SSESpecification.KMSMasterKeyId', key.keyArn);
  }
  return { table, key };
}

/** What the API works on: the stack's own table, or the restored one that is named. */
export function servedHistory(stack: Stack, own: History, { servedTable }: Config): History {
  if (servedTable === undefined) return own;
  return { table: TableV2.fromTableName(stack, 'Served', servedTable), key: own.key };
}

/** The API’s side of the table: all that the store does to it, and nothing else. Deleting an item is a BatchWriteItem. */
export function grantStore(history: History, grantee: IGrantable): void {
  const { tableArn } = history.table;
  allow(grantee, {
    actions: [
      'dynamodb:BatchWriteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ],
    resources: [tableArn],
  });
  allow(grantee, {
    actions: ['dynamodb:Query'],
    resources: [`${tableArn}/index/${TABLE.podIndex.name}`],
  });
  grantKey(history, grantee);
}

/**
 * What whoever uses a table under a customer’s key needs of that key, by way of DynamoDB alone. AWS’s own example writes
 * `ReEncrypt*` and `GenerateDataKey*`, which are these.
 */
export function grantKey({ key }: History, grantee: IGrantable): void {
  if (key === undefined) return;
  const { region, urlSuffix } = Stack.of(key);
  allow(grantee, {
    actions: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${region}.${urlSuffix}` } },
  });
}

/**
 * What reads the table's stream needs: its records, and to find it. Streams can be listed of all tables or of none.
 */
export function grantStream(history: History, grantee: IGrantable & IConstruct): void {
  const { tableStreamArn } = history.table;
  if (tableStreamArn === undefined) throw new Error('the table has no stream: switch it on first');
  allow(grantee, {
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    resources: [tableStreamArn],
  });
  allow(grantee, { actions: ['dynamodb:ListStreams'], resources: ['*'] });
  acknowledge(
    grantee,
    'AwsSolutions-IAM5[Resource::*]',
    'Streams can be listed of all tables or of none; and nothing but that.',
  );
  grantKey(history, grantee);
}

function allow(grantee: IGrantable, statement: ConstructorParameters<typeof PolicyStatement>[0]): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement(statement));
}
