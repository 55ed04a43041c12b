import { CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  FunctionUrlAuthType,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { TABLE } from '../functions/store/table.ts';

export interface PodlapseStackProps extends StackProps {
  /** The folder that `bundleApi` made. */
  readonly apiFolder: string;
}

/** All that the store does to the table, and nothing else. */
const TABLE_ACTIONS = [
  'dynamodb:BatchWriteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
] as const;

/** podlapse on AWS: one table, one function, one URL. */
export class PodlapseStack extends Stack {
  readonly apiUrl: CfnOutput;

  constructor(scope: Construct, id: string, { apiFolder, ...props }: PodlapseStackProps) {
    super(scope, id, props);

    const table = historyTable(this);
    const adminTokenHashes = new CfnParameter(this, 'AdminTokenHashes', {
      description:
        'The SHA-256 of the administrator’s token, who makes all others, as `npm run admin -- token mint` gives it; two, separated by a comma, while one takes over from the other.',
      default: '',
      allowedPattern: '([0-9a-f]{64}(,[0-9a-f]{64})?)?',
    });
    const corsOrigins = new CfnParameter(this, 'CorsOrigins', {
      description: 'Origins whose pages may call the API, separated by commas; none if empty.',
      default: '',
    });
    const api = new LambdaFunction(this, 'Api', {
      description: 'podlapse: HTTP API',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(apiFolder),
      handler: 'index.handler',
      // CPU comes with memory; a batch of 5,000 events is parsed, checked and packed within a second or two.
      memorySize: 1024,
      timeout: Duration.seconds(29),
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        PODLAPSE_TABLE: table.tableName,
        PODLAPSE_ADMIN_TOKEN_HASHES: adminTokenHashes.valueAsString,
        PODLAPSE_CORS_ORIGINS: corsOrigins.valueAsString,
      },
      logGroup: new LogGroup(this, 'ApiLog', {
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    table.grant(api, ...TABLE_ACTIONS);
    // The function itself asks for a token: agents have no AWS identity.
    const url = api.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    this.apiUrl = new CfnOutput(this, 'ApiUrl', {
      value: url.url,
      description: 'What agents are given as --api',
    });
  }
}

function historyTable(scope: Construct): TableV2 {
  const text = (name: string) => ({ name, type: AttributeType.STRING });
  const { podIndex } = TABLE;
  return new TableV2(scope, 'History', {
    partitionKey: text(TABLE.partitionKey),
    sortKey: text(TABLE.sortKey),
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: TABLE.ttlAttribute,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    globalSecondaryIndexes: [
      {
        indexName: podIndex.name,
        partitionKey: text(podIndex.partitionKey),
        sortKey: text(podIndex.sortKey),
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...podIndex.projected],
      },
    ],
  });
}
