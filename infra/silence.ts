import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { CLUSTER_SHARDS, clusterKey } from '../functions/store/keys/cluster-key.ts';
import type { Config } from './config/config.ts';
import { grantKey, type History } from './history-table.ts';
import { NodeFunction } from './node-function.ts';

const EVERY = Duration.minutes(5);

/**
 * The watch over the clusters’ silence: a function that looks every five minutes at when each was last heard of. What no
 * longer sends cannot tell so itself.
 */
export class SilenceWatch extends Construct {
  readonly function: NodeFunction;
  /** How long ago the last batch of the cluster came that has been silent longest. */
  readonly batchAge: Metric;
  readonly silentClusters: Metric;
  readonly clusters: Metric;

  constructor(scope: Construct, id: string, folder: string, history: History, config: Config) {
    super(scope, id);
    this.function = new NodeFunction(this, 'Check', {
      config,
      description: 'podlapse: how long ago the last batch of each cluster came',
      folder,
      memoryMb: 256,
      timeout: Duration.seconds(60),
      environment: {
        PODLAPSE_TABLE: history.table.tableName,
        PODLAPSE_STAGE: config.stage,
        PODLAPSE_SILENCE_MINUTES: String(config.silenceMinutes),
      },
    });
    this.function.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: [history.table.tableArn],
        // The list of clusters alone: what happened in them is none of its business.
        conditions: {
          'ForAllValues:StringEquals': {
            'dynamodb:LeadingKeys': Array.from({ length: CLUSTER_SHARDS }, (_, shard) =>
              clusterKey.partitionOfShard(shard),
            ),
          },
        },
      }),
    );
    grantKey(history, this.function);
    const schedule = new Rule(this, 'Schedule', {
      description: 'podlapse: looks for clusters that fell silent',
      schedule: Schedule.rate(EVERY),
    });
    schedule.addTarget(new LambdaFunction(this.function.lambda, { retryAttempts: 2, maxEventAge: EVERY }));

    const metric = (metricName: string) =>
      new Metric({
        namespace: 'podlapse',
        metricName,
        dimensionsMap: { stage: config.stage },
        period: EVERY,
        statistic: 'Maximum',
      });
    this.batchAge = metric('BatchAgeSeconds');
    this.silentClusters = metric('ClustersSilent');
    this.clusters = metric('Clusters');
  }
}
