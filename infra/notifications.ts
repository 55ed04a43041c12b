import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Notifications as Told, Target } from '../functions/notify/notifications.ts';
import type { Alarms } from './alarms.ts';
import type { Config } from './config/config.ts';
import { addDeadLetters, watchDeadLetters } from './dead-letters.ts';
import { grantKey, grantStream, type History } from './history-table.ts';
import { NodeFunction } from './node-function.ts';

export interface NotificationsProps {
  readonly config: Config;
  readonly history: History;
  /** The folder that `bundleFunction` made, with `notifications.json` in it. */
  readonly folder: string;
  /** What stands in that file. */
  readonly told: Told;
  /** Where messages lead to. */
  readonly url: string;
  readonly alarms: Alarms;
}

/**
 * Notifications: a function reads in the table's stream which restarts were recorded, and tells who wants to know. What it
 * cannot tell after all tries waits in a queue.
 */
export class Notifications extends Construct {
  /** For targets of the kind `sns` that name no topic of their own. */
  readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    const { config, history, told } = props;
    this.topic = told.targets.some((target) => target.kind === 'sns' && target.topicArn === undefined)
      ? new Topic(this, 'Topic', {
          displayName: `podlapse ${config.stage}: restarts`,
          enforceSSL: true,
          masterKey: Alias.fromAliasName(this, 'TopicKey', 'alias/aws/sns'),
        })
      : undefined;
    const notify = new NodeFunction(this, 'Notify', {
      config,
      description: 'podlapse: tells of restarts',
      folder: props.folder,
      memoryMb: 512,
      timeout: Duration.seconds(120),
      environment: {
        PODLAPSE_TABLE: history.table.tableName,
        PODLAPSE_URL: props.url,
        PODLAPSE_STAGE: config.stage,
        ...(this.topic === undefined ? {} : { PODLAPSE_NOTIFY_TOPIC_ARN: this.topic.topicArn }),
      },
    });
    grantTable(history, notify);
    for (const target of told.targets) this.#grantTarget(notify, target);
    this.#readStream(history, notify, props.alarms);
  }

  #grantTarget(notify: NodeFunction, target: Target): void {
    const allow = (action: string, resource: string) =>
      notify.grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({ actions: [action], resources: [resource] }),
      );
    switch (target.kind) {
      case 'sns':
        allow('sns:Publish', target.topicArn ?? this.topic?.topicArn ?? '');
        return;
      case 'slack':
        allow('secretsmanager:GetSecretValue', this.#secretArn(target.urlSecret));
        return;
      case 'webhook':
        allow('secretsmanager:GetSecretValue', this.#secretArn(target.keySecret));
        return;
    }
  }

  /** Of a secret's name or ARN: Secrets Manager adds a hyphen and six characters to names. */
  #secretArn(secret: string): string {
    if (secret.startsWith('arn:')) return secret;
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${secret}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  #readStream(history: History, notify: NodeFunction, alarms: Alarms): void {
    const untold = addDeadLetters(this, 'Untold');
    grantStream(history, notify.role);
    const mapping = new EventSourceMapping(this, 'Stream', {
      target: notify.lambda,
      eventSourceArn: history.table.tableStreamArn ?? '',
      startingPosition: StartingPosition.LATEST,
      filters: [
        FilterCriteria.filter({
          eventName: ['INSERT', 'MODIFY'],
          dynamodb: { Keys: { pk: { S: [{ prefix: 'RESTART#' }] } } },
        }),
      ],
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(5),
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 8,
      maxRecordAge: Duration.hours(6),
      onFailure: new SqsDlq(untold),
    });
    // Lambda checks what the function may read when the mapping is made.
    mapping.node.addDependency(notify.role);
    watchDeadLetters(
      alarms,
      'Untold',
      untold,
      'Restarts could not be told of after all tries. The queue says which; the log of the function Notify says why.',
    );
  }
}

/** It reads restarts and what is around them, and writes only of what it has told. */
function grantTable(history: History, notify: NodeFunction): void {
  const { tableArn } = history.table;
  notify.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:Query'],
      resources: [tableArn],
    }),
  );
  notify.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['dynamodb:UpdateItem'],
      resources: [tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['NOTICE#*'] } },
    }),
  );
  grantKey(history, notify);
}
