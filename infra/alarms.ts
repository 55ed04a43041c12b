import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Config } from './config/config.ts';
import type { StackMetrics } from './metrics.ts';

/** How slow one request in a hundred may be. Agents wait for up to 29 s, readers do not. */
const SLOW_MS = 5_000;

export interface AlarmProps {
  readonly metric: IMetric;
  /** What is wrong, and what to do: the text of the message. */
  readonly description: string;
  readonly threshold: number;
  /** Of the metric’s periods, how many must be above in a row. */
  readonly periods: number;
  /** Whether it is wrong, too, that nothing is measured. */
  readonly missingIsWrong?: boolean;
}

/** The alarms, and the topic that tells of them. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly #stage: string;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.#stage = config.stage;
    this.topic = new Topic(this, 'Topic', {
      displayName: `podlapse ${config.stage}: alarms`,
      enforceSSL: true,
    });
    // By default whoever owns the topic may publish: once a policy says anything else, services must be named.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map(
          (name) => new ServicePrincipal(name),
        ),
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (config.alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(config.alarmEmail));
  }

  /** Those of the API and the table. */
  watch(metrics: StackMetrics, { costPerDay }: Config): void {
    this.add('Failed', {
      metric: metrics.failed,
      description:
        'Requests failed (5xx). The reason is in the API’s log, at level error; agents keep what they have and try again.',
      threshold: 0,
      periods: 2,
    });
    this.add('ThrottledCalls', {
      metric: metrics.throttledCalls,
      description:
        'Lambda refused requests: reservedConcurrency, or the account’s limit, is reached. Agents wait and try again.',
      threshold: 0,
      periods: 2,
    });
    this.add('ThrottledItems', {
      metric: metrics.throttledItems,
      description:
        'DynamoDB refused reads or writes: maxReadUnits or maxWriteUnits, or the limit of one partition, is reached.',
      threshold: 0,
      periods: 3,
    });
    this.add('Slow', {
      metric: metrics.latencyP99,
      description: `One request in a hundred takes longer than ${SLOW_MS} ms. Look at the traces, and at DynamoDB’s throttles.`,
      threshold: SLOW_MS,
      periods: 3,
    });
    this.add('Cost', {
      metric: metrics.costPerDay,
      description: `At the rate of the last hours, DynamoDB and the API cost more than USD ${costPerDay} a day (costPerDay).`,
      threshold: costPerDay,
      periods: 3,
    });
  }

  /** One alarm more, when the metric is above the threshold. */
  add(id: string, { metric, description, threshold, periods, missingIsWrong = false }: AlarmProps): Alarm {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription: `podlapse ${this.#stage}: ${description}`,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: missingIsWrong ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const tell = new SnsAction(this.topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
    return alarm;
  }
}
