import {
  ConditionalCheckFailedException,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { noticeKey } from '../store/keys/notice-key.ts';
import type { TableParts } from '../store/query.ts';
import { TABLE } from '../store/table.ts';

/** One thing to tell one target. */
export interface Notice {
  readonly rule: string;
  readonly subject: string;
  readonly target: string;
  /** When it was, in milliseconds since the epoch. */
  readonly atMs: number;
  /** For how long after `atMs` the target is told no more of the subject; undefined: for ever. */
  readonly quietMs: number | undefined;
}

/**
 * - `mine`: to be told now, under this id, and then to be noted.
 * - `told`: it was told, or another of the same subject that keeps it quiet.
 * - `underway`: another is telling it; whether it comes through is not known yet.
 */
export type Claim = { readonly state: 'mine'; readonly id: string } | { readonly state: 'told' | 'underway' };

export interface NoticeLedger {
  claim(notice: Notice): Promise<Claim>;
  /** Notes that a claimed notice was told. */
  noteTold(notice: Notice, id: string): Promise<void>;
  /** Gives a claim back: it could not be told, and the next may try at once. */
  giveBack(notice: Notice, id: string): Promise<void>;
}

export interface NoticeLedgerParts extends TableParts {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** A word that was never used before. */
  readonly newId: () => string;
}

/** Longer than any telling takes: who has not noted it by then has died. */
const LEASE_MS = 60_000;
/**
 * Longer than a restart is news (a day at the most), is kept in the stream (a day) and may be quiet (a week) together.
 */
const KEPT_MS = 10 * 86_400_000;
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/**
 * What was told, in the table: an item for each rule, subject and target, claimed by a conditional write before it is
 * told and noted after. Whatever comes twice, at once or in another order is told once.
 *
 * One who dies after telling and before noting it leaves a claim, which runs out; then it is told again, under the same
 * id, by which a receiver can tell. The other way round, noting it first, it would be lost.
 */
export function createNoticeLedger({ client, tableName, clock, newId }: NoticeLedgerParts): NoticeLedger {
  const keyOf = ({ rule, subject, target }: Notice) => ({
    pk: { S: noticeKey.partition(rule, subject) },
    sk: { S: noticeKey.format(target) },
  });

  /** Gives the item after the change; undefined if the condition does not hold. */
  const change = async (
    notice: Notice,
    update: Pick<
      UpdateItemCommandInput,
      'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'
    >,
  ) => {
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: keyOf(notice),
          ReturnValues: 'ALL_NEW',
          ...update,
          ExpressionAttributeNames: { '#state': 'state', '#lease': 'leaseMs' },
        }),
      );
      return Attributes ?? {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  const begin = (notice: Notice, nowMs: number) =>
    change(notice, {
      UpdateExpression: `SET #state = :telling, #lease = :lease, id = :id, v = :v, ${TABLE.ttlAttribute} = :end`,
      ConditionExpression: 'attribute_not_exists(pk) OR (#state = :told AND quietUntilMs < :at)',
      ExpressionAttributeValues: {
        ...leaseOf(nowMs),
        ':told': { S: 'told' },
        ':id': { S: newId() },
        ':at': { N: String(notice.atMs) },
        ':v': { N: '1' },
        ':end': { N: String(Math.ceil((nowMs + KEPT_MS) / 1000)) },
      },
    });

  /** Takes up, under its id, what another gave back or died over. */
  const takeUp = (notice: Notice, nowMs: number) =>
    change(notice, {
      UpdateExpression: 'SET #state = :telling, #lease = :lease',
      ConditionExpression: '#state = :telling AND #lease < :now',
      ExpressionAttributeValues: { ...leaseOf(nowMs), ':now': { N: String(nowMs) } },
    });

  return {
    async claim(notice) {
      // Mostly it is told already: a restart is rewritten more often than it is new, and reading is cheap.
      const { Item: item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(notice), ConsistentRead: true }),
      );
      const isTold = item?.['state']?.S === 'told';
      if (isTold && Number(item['quietUntilMs']?.N) >= notice.atMs) return { state: 'told' };
      const nowMs = clock();
      const claimed = await (item === undefined || isTold ? begin(notice, nowMs) : takeUp(notice, nowMs));
      const id = claimed?.['id']?.S;
      return id === undefined ? { state: 'underway' } : { state: 'mine', id };
    },
    async noteTold(notice, id) {
      const until = notice.quietMs === undefined ? FOR_EVER : notice.atMs + notice.quietMs;
      await change(notice, {
        UpdateExpression: 'SET #state = :told, quietUntilMs = :until, #lease = :none',
        ConditionExpression: 'id = :id',
        ExpressionAttributeValues: {
          ':told': { S: 'told' },
          ':until': { N: String(until) },
          ':none': { N: '0' },
          ':id': { S: id },
        },
      });
    },
    async giveBack(notice, id) {
      await change(notice, {
        UpdateExpression: 'SET #lease = :none',
        ConditionExpression: 'id = :id AND #state = :telling',
        ExpressionAttributeValues: { ':none': { N: '0' }, ':id': { S: id }, ':telling': { S: 'telling' } },
      });
    },
  };
}

function leaseOf(nowMs: number) {
  return { ':telling': { S: 'telling' }, ':lease': { N: String(nowMs + LEASE_MS) } };
}
