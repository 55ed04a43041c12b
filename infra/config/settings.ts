import { listOf, matching, onOrOff, oneOfNumbers, type Setting, unless, wholeNumber } from './setting.ts';

/** What CloudWatch Logs can keep, in days. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * What the benchmarks run the API with, too. The largest batch that is taken and a timeline of 10,000 events peak at
 * 245 MB (`lambda-peak-memory-share`), under a quarter; the rest is for the CPU that comes with it, 0.58 of one.
 */
export const DEFAULT_MEMORY_MB = 1024;

const customerKey = matching(
  /^(?:create|arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[a-zA-Z0-9-]+)$/,
  'create, or the ARN of a key such as arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
);

function setting<T>(about: string, fallback: string, form: Pick<Setting<T>, 'allowed' | 'read'>): Setting<T> {
  return { about, fallback, ...form };
}

/**
 * All that can be configured, as CDK context: `-c KEY=VALUE`, or `context` in cdk.json or cdk.context.json. What is
 * optional is off, and costs nothing.
 */
export const SETTINGS = {
  stage: setting(
    'Names the stack, Podlapse-STAGE, and tags all that it has. Another stage is another history.',
    'prod',
    matching(/^[a-z][a-z0-9-]{0,19}$/, 'a word such as prod, of a-z, 0-9 and -, up to 20 long'),
  ),
  protect: setting(
    'Whether the table, the archive and the stack are guarded against deletion. Switch it off, deploy, and only then destroy.',
    'on',
    onOrOff,
  ),
  memoryMb: setting(
    'Memory of the API, and CPU with it: 1,769 MB are one whole CPU.',
    String(DEFAULT_MEMORY_MB),
    wholeNumber(256, 10_240),
  ),
  reservedConcurrency: setting(
    'How many instances of the API may run at once, which no other function of the account can then take. It is also the most that a flood of requests can cost. Without it, the account’s own limit holds.',
    'none',
    unless('none', wholeNumber(1, 100_000)),
  ),
  maxWriteUnits: setting(
    'Write units a second beyond which DynamoDB refuses, and agents wait: the ceiling of what writing can cost.',
    '4000',
    wholeNumber(10, 40_000),
  ),
  maxReadUnits: setting(
    'Read units a second beyond which DynamoDB refuses: the ceiling of what reading can cost.',
    '12000',
    wholeNumber(10, 40_000),
  ),
  recoveryDays: setting('How far back the table can be restored, to the second.', '35', wholeNumber(1, 35)),
  eventsRetention: setting(
    'For how many days raw events are kept of clusters of which their registration says nothing else.',
    '90',
    unless('forever', wholeNumber(1, 36_500)),
  ),
  restartsRetention: setting(
    'The same for restarts and the pods’ summaries.',
    'forever',
    unless('forever', wholeNumber(7, 36_500)),
  ),
  rollupsRetention: setting(
    'The same for the counts that reports are made of.',
    'forever',
    unless('forever', wholeNumber(1, 36_500)),
  ),
  servedTable: setting(
    'A table of this account and region, restored from a backup, on which the API works in place of its own. Its own is left as it is.',
    'own',
    unless('own', matching(/^[a-zA-Z0-9_.-]{3,255}$/, 'the name of a table such as podlapse-restored')),
  ),
  logRetentionDays: setting('How long the functions’ logs are kept.', '90', oneOfNumbers(LOG_DAYS)),
  customerKey: setting(
    'A KMS key of your own for the table, its backups and the archive. Create costs USD 1 a month.',
    'off',
    unless('off', customerKey),
  ),
  corsOrigins: setting(
    'Origins whose pages may call the API.',
    'none',
    listOf(
      matching(/^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/, 'an origin such as https://restarts.example.com'),
    ),
  ),
  domainName: setting(
    'A name of your own for the API, served by CloudFront. Needs certificateArn.',
    'none',
    unless(
      'none',
      matching(
        /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
        'a domain name such as podlapse.example.com',
      ),
    ),
  ),
  certificateArn: setting(
    'The certificate of domainName; CloudFront takes it from us-east-1 alone.',
    'none',
    unless(
      'none',
      matching(
        /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[a-zA-Z0-9-]+$/,
        'the ARN of an ACM certificate in us-east-1',
      ),
    ),
  ),
  hostedZoneId: setting(
    'The Route 53 zone in which domainName is made to lead here. Without it, that is left to you.',
    'none',
    unless('none', matching(/^Z[A-Z0-9]{1,31}$/, 'the ID of a hosted zone such as Z0123456789ABCDEFGHIJ')),
  ),
  webAclArn: setting(
    'An AWS WAF web ACL before domainName.',
    'none',
    unless(
      'none',
      matching(
        /^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[a-zA-Z0-9-]+$/,
        'the ARN of a web ACL for CloudFront, which is in us-east-1',
      ),
    ),
  ),
  archive: setting(
    'Whether restarts and raw events go to S3 too, to be asked with Athena over years.',
    'off',
    onOrOff,
  ),
  notifications: setting(
    'A file with rules and targets, by which new restarts and incidents are told to SNS, Slack or a webhook.',
    'off',
    unless('off', matching(/^[^\0]{1,1000}\.json$/, 'the path of a JSON file such as notifications.json')),
  ),
  tracing: setting(
    'Traces in X-Ray, of one request a second and instance and one in twenty beyond.',
    'on',
    onOrOff,
  ),
  dashboard: setting('A CloudWatch dashboard; the first three of an account are free.', 'on', onOrOff),
  alarmEmail: setting(
    'Who is told of alarms, besides whoever subscribes to the topic in the output AlarmTopicArn.',
    'none',
    unless(
      'none',
      matching(/^[^\s@"'<>]{1,64}@[a-zA-Z0-9.-]{1,253}$/, 'an address such as oncall@example.com'),
    ),
  ),
  silenceMinutes: setting(
    'After how many minutes without a batch of a cluster the alarm is raised. Agents send only when something happened, so give a small, quiet cluster more.',
    '60',
    wholeNumber(10, 10_080),
  ),
  costPerDay: setting(
    'USD a day that DynamoDB and the API may cost before the alarm is raised: estimated every hour from what was used, at the prices of us-east-1.',
    '10',
    wholeNumber(1, 100_000),
  ),
  monthlyBudget: setting(
    'USD a month for an AWS Budget of all that is tagged application=podlapse; needs that tag activated for cost allocation.',
    'none',
    unless('none', wholeNumber(1, 1_000_000)),
  ),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;
