import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { RESTART_PREFIX, type RestartKey } from '../store/keys/restart-key.ts';
import type { Notify } from './notifier.ts';

export interface StreamHandlerParts {
  readonly notify: Notify;
  readonly settleMs: number;
  /** The stage of the stack, which tells its metrics from another's. */
  readonly stage: string;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Takes a line with its end. */
  readonly write: (line: string) => void;
}

export interface StreamContext {
  getRemainingTimeInMillis(): number;
}

/**
 * Takes what DynamoDB Streams tells of restarts in the index, new and rewritten.
 *
 * A change says only that there is something to look at; what is told is what stands in the table once it has settled:
 * why a container restarted and whether it was counted is often known seconds after that it restarted. The function
 * waits until the youngest change of the batch is old enough. What comes behind has aged meanwhile, so that a storm is
 * not held up for longer.
 *
 * What failed is named in the answer (`ReportBatchItemFailures`); Lambda then goes back to the first of it, and what
 * was told already is not told again.
 */
export function createStreamHandler(parts: StreamHandlerParts) {
  const { notify, settleMs, stage, sleep, clock, write } = parts;
  return async (event: DynamoDBStreamEvent, context: StreamContext): Promise<DynamoDBBatchResponse> => {
    const deadlineMs = clock() + context.getRemainingTimeInMillis();
    const changes = event.Records.flatMap(changeOf);
    if (changes.length === 0) return { batchItemFailures: [] };
    const youngestMs = Math.max(...changes.map(({ changedMs }) => changedMs));
    const waitMs = Math.min(settleMs, youngestMs + settleMs - clock());
    if (waitMs > 0) await sleep(waitMs);

    // A record that was written several times in a row is looked at once.
    const bySortKey = new Map(changes.map(({ key }) => [key.sortKey, key]));
    const { failed, sent, refused } = await notify([...bySortKey.values()], deadlineMs);
    write(metricLine({ NotificationsSent: sent, NotificationsFailed: refused }, stage, clock()));
    const failedKeys = new Set([...failed].map(({ sortKey }) => sortKey));
    return {
      batchItemFailures: changes
        .filter(({ key }) => failedKeys.has(key.sortKey))
        .map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })),
    };
  };
}

interface Change {
  readonly key: RestartKey;
  readonly sequenceNumber: string;
  readonly changedMs: number;
}

/** Nothing for what is no restart, or was taken out of the index. */
function changeOf({ eventName, dynamodb }: DynamoDBRecord): readonly Change[] {
  const partition = dynamodb?.Keys?.['pk']?.S;
  const sortKey = dynamodb?.Keys?.['sk']?.S;
  const sequenceNumber = dynamodb?.SequenceNumber;
  if (eventName === 'REMOVE' || partition === undefined || sortKey === undefined) return [];
  if (sequenceNumber === undefined || !partition.startsWith(RESTART_PREFIX)) return [];
  // In whole seconds, cut off: it may be up to a second later.
  const changedMs = ((dynamodb?.ApproximateCreationDateTime ?? 0) + 1) * 1_000;
  return [{ key: { partition, sortKey }, sequenceNumber, changedMs }];
}

/** Metrics as CloudWatch takes them from a log line (embedded metric format). */
function metricLine(metrics: Readonly<Record<string, number>>, stage: string, nowMs: number): string {
  const names = Object.keys(metrics).map((Name) => ({ Name, Unit: 'Count' }));
  const CloudWatchMetrics = [{ Namespace: 'podlapse', Dimensions: [['stage']], Metrics: names }];
  return `${JSON.stringify({ _aws: { Timestamp: nowMs, CloudWatchMetrics }, stage, ...metrics })}\n`;
}
