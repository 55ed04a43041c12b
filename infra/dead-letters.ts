import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Alarms } from './alarms.ts';

/** A queue for what was given up after all tries: encrypted, over TLS alone, kept for as long as SQS can. */
export function addDeadLetters(scope: Construct, id: string): Queue {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acknowledge(queue, 'AwsSolutions-SQS3', 'It is itself the queue of what was given up.');
  return queue;
}

/** The alarm that something is in it. */
export function watchDeadLetters(alarms: Alarms, id: string, queue: Queue, description: string): void {
  alarms.add(id, {
    metric: queue.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(5),
      statistic: 'Maximum',
    }),
    description,
    threshold: 0,
    periods: 1,
  });
}
