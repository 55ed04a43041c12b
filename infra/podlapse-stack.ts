import { CfnOutput, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Notifications as Told } from '../functions/notify/notifications.ts';
import { Alarms } from './alarms.ts';
import { ApiFunction } from './api-function.ts';
import { Archive } from './archive.ts';
import { addMonthlyBudget } from './budget.ts';
import type { Config } from './config/config.ts';
import { addDashboard } from './dashboard.ts';
import { Front } from './front.ts';
import { createHistory, servedHistory } from './history-table.ts';
import { createMetrics } from './metrics.ts';
import { Notifications } from './notifications.ts';
import { SilenceWatch } from './silence.ts';

/** The folders that `bundleFunction` made; what is optional is there only if it is asked for. */
export interface Folders {
  readonly api: string;
  readonly silence: string;
  readonly archive?: string;
}

export interface PodlapseStackProps {
  readonly config: Config;
  readonly folders: Folders;
  /** The folder of the function that notifies, and what stands in the file `notifications.json` there. */
  readonly notify?: { readonly folder: string; readonly told: Told };
}

/** podlapse on AWS: one table, the API at one address, a watch over both; and what was asked for besides. */
export class PodlapseStack extends Stack {
  constructor(scope: Construct, props: PodlapseStackProps) {
    const { config, folders, notify } = props;
    super(scope, `Podlapse-${config.stage}`, {
      description: 'podlapse: every restart of every container',
      terminationProtection: config.protect,
      // Nobody but you is told that you run this.
      analyticsReporting: false,
    });
    Tags.of(this).add('application', 'podlapse');
    Tags.of(this).add('stage', config.stage);

    const key = customerKey(this, config);
    const own = createHistory(this, config, key, hasReaders(props));
    const history = servedHistory(this, own, config);
    const api = new ApiFunction(this, 'Api', folders.api, history, config);
    const front = new Front(this, 'Front', api.lambda, config);
    const silence = new SilenceWatch(this, 'Silence', folders.silence, history, config);

    const metrics = createMetrics(api.lambda, history.table, config.memoryMb);
    const alarms = new Alarms(this, 'Alarms', config);
    alarms.watch(metrics, config);
    alarms.add('Silent', {
      metric: silence.batchAge,
      description: `A cluster sent nothing for more than ${config.silenceMinutes} minutes (silenceMinutes), or the check of it does not run. Which cluster is on the dashboard, and in the log of the check.`,
      threshold: config.silenceMinutes * 60,
      periods: 2,
      missingIsWrong: true,
    });
    if (config.dashboard) addDashboard(this, metrics, silence);
    if (config.monthlyBudget !== undefined) addMonthlyBudget(this, config.monthlyBudget, alarms.topic);

    if (folders.archive !== undefined) {
      const archive = new Archive(this, 'Archive', { config, history, folder: folders.archive, alarms });
      this.#output('ArchiveBucketName', archive.bucket.bucketName, 'Restarts and raw events, for years.');
    }

    if (notify !== undefined) {
      const { topic } = new Notifications(this, 'Notifications', {
        config,
        history,
        ...notify,
        url: front.url,
        alarms,
      });
      if (topic !== undefined) {
        this.#output('NotificationTopicArn', topic.topicArn, 'Subscribe here to be told of restarts.');
      }
    }

    this.#output('ApiUrl', front.url, 'Where the API is.');
    this.#output(
      'HelmValues',
      this.toJsonString({ api: { url: front.url } }),
      'Values of the chart, as a file: helm install -f.',
    );
    this.#output('TableName', history.table.tableName, 'The table that the API works on.');
    this.#output('AlarmTopicArn', alarms.topic.topicArn, 'Subscribe here to be told of alarms.');
    if (front.distribution !== undefined) {
      this.#output(
        'DistributionDomainName',
        front.distribution.distributionDomainName,
        'Where domainName must lead, as a CNAME or an alias, unless hostedZoneId is set.',
      );
      this.#output(
        'FunctionUrl',
        front.functionUrl,
        'The API without CloudFront: for agents, where each request counts.',
      );
    }
  }

  #output(id: string, value: string, description: string): CfnOutput {
    return new CfnOutput(this, id, { value, description });
  }
}

/** Whether anything follows the table's stream. */
function hasReaders({ folders, notify }: PodlapseStackProps): boolean {
  return folders.archive !== undefined || notify !== undefined;
}

function customerKey(stack: Stack, { customerKey: setting, protect }: Config): IKey | undefined {
  if (setting === undefined) return undefined;
  if (setting !== 'create') return Key.fromKeyArn(stack, 'Key', setting);
  return new Key(stack, 'Key', {
    description: 'podlapse: the history and its backups',
    enableKeyRotation: true,
    removalPolicy: protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}
