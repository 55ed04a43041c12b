import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { TABLE } from '../functions/store/table.ts';
import type { NamedTable } from './history-table.ts';
import { US_EAST_1 as PRICES } from './cost/prices.ts';

const MINUTES_5 = Duration.minutes(5);

/** What is measured of the API and the table: by AWS, at no cost. */
export interface StackMetrics {
  readonly requests: Metric;
  readonly refused: Metric;
  readonly failed: Metric;
  readonly latencyP50: Metric;
  readonly latencyP99: Metric;
  readonly instances: Metric;
  readonly throttledCalls: Metric;
  readonly throttledItems: MathExpression;
  readonly writeUnits: Metric;
  readonly indexWriteUnits: Metric;
  readonly readUnits: Metric;
  /** USD a day at the rate of the last hour. */
  readonly costPerDay: MathExpression;
}

export function createMetrics(api: IFunction, table: NamedTable, memoryMb: number): StackMetrics {
  const ofApi = (metricName: string, statistic = 'Sum', period = MINUTES_5) =>
    new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { FunctionName: api.functionName },
      statistic,
      period,
    });
  const ofTable = (metricName: string, period = MINUTES_5) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: table.tableName },
      statistic: 'Sum',
      period,
    });
  const ofIndex = (metricName: string, period = MINUTES_5) =>
    ofTable(metricName, period).with({
      dimensionsMap: { TableName: table.tableName, GlobalSecondaryIndexName: TABLE.podIndex.name },
    });

  return {
    requests: ofApi('UrlRequestCount'),
    refused: ofApi('Url4xxCount'),
    failed: ofApi('Url5xxCount'),
    latencyP50: ofApi('UrlRequestLatency', 'p50'),
    latencyP99: ofApi('UrlRequestLatency', 'p99'),
    instances: ofApi('ConcurrentExecutions', 'Maximum'),
    throttledCalls: ofApi('Throttles'),
    throttledItems: new MathExpression({
      label: 'throttled reads and writes',
      expression: 'FILL(reads, 0) + FILL(writes, 0) + FILL(indexWrites, 0)',
      usingMetrics: {
        reads: ofTable('ReadThrottleEvents'),
        writes: ofTable('WriteThrottleEvents'),
        indexWrites: ofIndex('WriteThrottleEvents'),
      },
      period: MINUTES_5,
    }),
    writeUnits: ofTable('ConsumedWriteCapacityUnits'),
    indexWriteUnits: ofIndex('ConsumedWriteCapacityUnits'),
    readUnits: ofTable('ConsumedReadCapacityUnits'),
    costPerDay: costPerDay(memoryMb, ofApi, ofTable, ofIndex),
  };
}

function costPerDay(
  memoryMb: number,
  ofApi: (name: string, statistic: string, period: Duration) => Metric,
  ofTable: (name: string, period: Duration) => Metric,
  ofIndex: (name: string, period: Duration) => Metric,
): MathExpression {
  const hour = Duration.hours(1);
  const perMs = (PRICES.gbSecond * memoryMb) / 1024 / 1000;
  return new MathExpression({
    label: 'USD a day',
    // Without load there is nothing to add up.
    expression: [
      `24 / 1000000 * ((FILL(writes, 0) + FILL(indexWrites, 0)) * ${PRICES.writeUnit}`,
      `FILL(reads, 0) * ${PRICES.readUnit}`,
      `FILL(ms, 0) * ${perMs.toFixed(8)}`,
      `FILL(calls, 0) * ${PRICES.request})`,
    ].join(' + '),
    usingMetrics: {
      writes: ofTable('ConsumedWriteCapacityUnits', hour),
      indexWrites: ofIndex('ConsumedWriteCapacityUnits', hour),
      reads: ofTable('ConsumedReadCapacityUnits', hour),
      ms: ofApi('Duration', 'Sum', hour),
      calls: ofApi('Invocations', 'Sum', hour),
    },
    period: hour,
  });
}
