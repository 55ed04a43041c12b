import { Duration, Stack } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, LogQueryWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { StackMetrics } from './metrics.ts';
import type { SilenceWatch } from './silence.ts';

/** One page that tells how the stack does: load, speed, refusals, silence, cost. */
export function addDashboard(scope: Construct, metrics: StackMetrics, silence: SilenceWatch): Dashboard {
  const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
    new GraphWidget({ title, left, right, width: 8, height: 6 });
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: Stack.of(scope).stackName,
    defaultInterval: Duration.hours(24),
    widgets: [
      [
        graph('Requests', [metrics.requests, metrics.refused, metrics.failed]),
        graph('Latency in ms', [metrics.latencyP50, metrics.latencyP99]),
        graph('Instances, and calls refused', [metrics.instances], [metrics.throttledCalls]),
      ],
      [
        graph('Units of DynamoDB in five minutes', [
          metrics.writeUnits,
          metrics.indexWriteUnits,
          metrics.readUnits,
        ]),
        graph('Reads and writes refused', [metrics.throttledItems]),
        graph('USD a day, estimated from the last hour', [metrics.costPerDay]),
      ],
      [
        graph('Longest silence of a cluster in seconds', [silence.batchAge]),
        graph('Clusters, and silent ones', [silence.clusters], [silence.silentClusters]),
        new LogQueryWidget({
          title: 'Age of the last batch of each cluster',
          logGroupNames: [silence.function.logGroup.logGroupName],
          queryLines: [
            'filter message = "batch age"',
            'stats latest(ageSeconds) as seconds by cluster',
            'sort seconds desc',
          ],
          width: 8,
          height: 6,
        }),
      ],
    ],
  });
}
