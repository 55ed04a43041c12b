import { beforeAll, describe, expect, it } from 'vitest';
import { type Resource, type SynthesizedStack, synthStack } from '../support/stack.ts';

describe('the alarms', () => {
  let synthesized: SynthesizedStack;
  let alarms: Map<string, Resource['Properties']>;
  beforeAll(() => {
    synthesized = synthStack({ alarmEmail: 'oncall@example.com', silenceMinutes: '30', costPerDay: '25' });
    alarms = new Map(
      synthesized
        .ofType('AWS::CloudWatch::Alarm')
        .map(({ logicalId, Properties }) => [logicalId.replace(/^Alarms|[0-9A-F]{8}$/g, ''), Properties]),
    );
  });
  const metricsOf = (name: string) =>
    ((alarms.get(name)?.['Metrics'] ?? []) as { MetricStat?: { Metric: { MetricName: string } } }[])
      .flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? [])
      .toSorted();

  it('are about failures, throttles, slowness, silence and cost', () => {
    expect([...alarms.keys()].toSorted()).toEqual([
      'Cost',
      'Failed',
      'Silent',
      'Slow',
      'ThrottledCalls',
      'ThrottledItems',
    ]);
    expect(alarms.get('Failed')).toMatchObject({ MetricName: 'Url5xxCount', Threshold: 0 });
    expect(alarms.get('ThrottledCalls')).toMatchObject({ MetricName: 'Throttles', Threshold: 0 });
    expect(alarms.get('Slow')).toMatchObject({ MetricName: 'UrlRequestLatency', ExtendedStatistic: 'p99' });
    expect(metricsOf('ThrottledItems')).toEqual([
      'ReadThrottleEvents',
      'WriteThrottleEvents',
      'WriteThrottleEvents',
    ]);
  });

  it('take it for silence, too, that nobody looks for silence any more; all else is well without data', () => {
    expect(alarms.get('Silent')).toMatchObject({
      Namespace: 'podlapse',
      MetricName: 'BatchAgeSeconds',
      Dimensions: [{ Name: 'stage', Value: 'prod' }],
      Threshold: 1800,
      TreatMissingData: 'breaching',
    });
    for (const [name, alarm] of alarms) {
      if (name !== 'Silent') expect(alarm['TreatMissingData']).toBe('notBreaching');
    }
  });

  it('estimate the cost of a day from what grows with load, in figures that CloudWatch reads', () => {
    const cost = alarms.get('Cost');
    expect(cost?.['Threshold']).toBe(25);
    expect(metricsOf('Cost')).toEqual([
      'ConsumedReadCapacityUnits',
      'ConsumedWriteCapacityUnits',
      'ConsumedWriteCapacityUnits',
      'Duration',
      'Invocations',
    ]);
    const expression = cost?.['Metrics'][0]['Expression'];
    // Of a million, an hour's 24th part of a day.
    expect(expression).toBe(
      '24 / 1000000 * ((FILL(writes, 0) + FILL(indexWrites, 0)) * 0.625 + FILL(reads, 0) * 0.125 + FILL(ms, 0) * 0.01333340 + FILL(calls, 0) * 0.2)',
    );
  });

  it('tell one topic, over TLS alone, when they are raised and when they are over', () => {
    const [topic] = synthesized.ofType('AWS::SNS::Topic');
    for (const alarm of alarms.values()) {
      expect(alarm['AlarmActions']).toEqual([{ Ref: topic?.logicalId }]);
      expect(alarm['OKActions']).toEqual([{ Ref: topic?.logicalId }]);
      expect(alarm['AlarmDescription']).toMatch(/^podlapse prod: /);
    }
    const statements = synthesized.ofType('AWS::SNS::TopicPolicy')[0]?.Properties['PolicyDocument'].Statement;
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'] },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
    expect(synthesized.ofType('AWS::SNS::Subscription')).toMatchObject([
      { Properties: { Protocol: 'email', Endpoint: 'oncall@example.com' } },
    ]);
  });
});
