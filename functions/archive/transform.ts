import type {
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from 'aws-lambda';
import type { Log } from '../log.ts';
import { rowsOf } from './rows.ts';
import { readChange, type StreamRecord } from './stream-record.ts';

/** Lambda answers with 6 MB at most, and base64 makes four bytes of three. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * Makes rows, a line of JSON each, of changes of the table, as Firehose's transformation: items are packed, and only the
 * store knows how. What cannot be read, or would not fit the answer, is failed: Firehose then keeps it as it came, under
 * `errors/`.
 */
export function createTransform(log: Log) {
  // Lambda takes an answer from nothing but a promise.
  return async ({ records }: FirehoseTransformationEvent): Promise<FirehoseTransformationResult> => {
    let room = MAX_ANSWER_BYTES;
    return {
      records: records.map((record) => {
        const result = transform(record, room, log);
        if (result.result === 'Ok') room -= result.data.length * 0.75;
        return result;
      }),
    };
  };
}

function transform(
  { recordId, data }: FirehoseTransformationEventRecord,
  room: number,
  log: Log,
): FirehoseTransformationResultRecord & { readonly data: string } {
  try {
    const change = readChange(JSON.parse(Buffer.from(data, 'base64').toString()) as StreamRecord);
    const made = rowsOf(change);
    if (made === undefined) return { recordId, result: 'Dropped', data };
    const lines = Buffer.from(made.rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    if (lines.length > room) {
      log.error('a change has more rows than an answer holds', { recordId, bytes: lines.length });
      return { recordId, result: 'ProcessingFailed', data };
    }
    return {
      recordId,
      result: 'Ok',
      data: lines.toString('base64'),
      metadata: { partitionKeys: { table: made.table, day: change.writtenAt.slice(0, '2026-01-31'.length) } },
    };
  } catch (error) {
    // One item that cannot be read must not hold up all others.
    log.error('a change could not be read', { recordId, error });
    return { recordId, result: 'ProcessingFailed', data };
  }
}
