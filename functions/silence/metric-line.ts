import type { Silence } from './judge.ts';

/**
 * The silence as a line of CloudWatch's embedded metric format, from which CloudWatch makes three metrics of one stage,
 * however many clusters there are: a metric for each would cost USD 0.30 a month each.
 */
export function metricLine(
  { batchAgeSeconds, silent, recording }: Silence,
  stage: string,
  nowMs: number,
): string {
  const line = {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: 'podlapse',
          Dimensions: [['stage']],
          Metrics: [
            { Name: 'BatchAgeSeconds', Unit: 'Seconds' },
            { Name: 'ClustersSilent', Unit: 'Count' },
            { Name: 'Clusters', Unit: 'Count' },
          ],
        },
      ],
    },
    stage,
    BatchAgeSeconds: batchAgeSeconds,
    ClustersSilent: silent.length,
    Clusters: recording.length,
  };
  return `${JSON.stringify(line)}\n`;
}
