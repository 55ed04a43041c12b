import {
  type AttributeValue,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { concurrently } from './concurrently.ts';
import { cursor } from './cursor.ts';
import { InvalidCursorError } from './errors.ts';
import { TOKEN_SORT_KEY, tokenIdKey, tokenKey } from './keys/token-key.ts';
import type { Item } from './pack.ts';
import type { TableParts } from './query.ts';
import type { Page } from './store.ts';
import { TABLE } from './table.ts';
import { sayingBusy } from './throttling.ts';
import type { TokenRecord, TokenStore } from './token-store.ts';

const LIST = 'tokens';
const CONCURRENCY = 12;
/** How long a revoked token can still be looked up by whoever asks what became of it. */
const REMEMBERED_AFTER_REVOCATION_MS = 90 * 24 * 3_600_000;

/**
 * Tokens in the table: the item of the token (`TOKEN#hash`) holds all, so that revoking is one write that cannot be
 * half done; an item for its id leads to it. The latter is written first: a crash between the two leaves an id that
 * leads nowhere, never a token that nobody can find to revoke.
 */
export function createTokenTable({ client, tableName }: TableParts): TokenStore {
  const getItem = async (pk: string, sk: string): Promise<Item | undefined> => {
    const key = { pk: { S: pk }, sk: { S: sk } };
    const command = new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true });
    return (await client.send(command)).Item;
  };
  const byHash = async (hash: string) => recordOf(await getItem(tokenKey.format(hash), TOKEN_SORT_KEY));
  const idItem = (id: string) => getItem(tokenIdKey.partition, tokenIdKey.format(id));
  const hashOf = async (id: string) => (await idItem(id))?.['hash']?.S;
  /** The token that an id leads to; one whose making broke off leads to none. */
  const named = async (item: Item | undefined): Promise<TokenRecord | undefined> => {
    const record = item === undefined ? undefined : await byHash(item['hash']?.S ?? '');
    return record?.id === item?.['sk']?.S ? record : undefined;
  };

  /** Gives the token as it is afterwards, whether or not the condition held. */
  const update = async (
    hash: string,
    expression: string,
    condition: string,
    values: Readonly<Record<string, AttributeValue>>,
  ): Promise<TokenRecord | undefined> => {
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { pk: { S: tokenKey.format(hash) }, sk: { S: TOKEN_SORT_KEY } },
          UpdateExpression: expression,
          ConditionExpression: `attribute_exists(pk) AND (${condition})`,
          ExpressionAttributeValues: { ...values },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return recordOf(Attributes);
    } catch (error) {
      // It is gone, or it already says what it was to say.
      if (error instanceof ConditionalCheckFailedException) return byHash(hash);
      throw error;
    }
  };

  const list = async (limit: number, from: string | undefined): Promise<Page<TokenRecord>> => {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        Limit: limit,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: tokenIdKey.partition } },
        ...(from === undefined ? {} : { ExclusiveStartKey: startAt(from) }),
      }),
    );
    const found = page.Items ?? [];
    const records = await concurrently(found, CONCURRENCY, (item) => named(item));
    const items = records.filter((record) => record !== undefined);
    const last = found.at(-1)?.['sk']?.S;
    if (page.LastEvaluatedKey === undefined || last === undefined) return { items };
    return { items, cursor: cursor.encode(LIST, [last]) };
  };

  return {
    byHash: (hash) => sayingBusy(() => byHash(hash)),
    byId: (id) => sayingBusy(async () => named(await idItem(id))),
    list: (limit, from) => sayingBusy(() => list(limit, from)),
    add: (hash, record) =>
      sayingBusy(async () => {
        const { id, grant, description, requestsPerMinute, replaces, createdAt, expiresAt } = record;
        const body = { id, grant, description, requestsPerMinute, replaces, createdAt };
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              pk: { S: tokenIdKey.partition },
              sk: { S: tokenIdKey.format(id) },
              v: { N: '1' },
              hash: { S: hash },
            },
          }),
        );
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              pk: { S: tokenKey.format(hash) },
              sk: { S: TOKEN_SORT_KEY },
              v: { N: '1' },
              body: { S: JSON.stringify(body) },
              ...(expiresAt === null ? {} : { validUntil: { S: expiresAt } }),
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      }),
    expire: (id, at) =>
      sayingBusy(async () => {
        const hash = await hashOf(id);
        if (hash === undefined) return undefined;
        const condition = 'attribute_not_exists(validUntil) OR validUntil > :at';
        return update(hash, 'SET validUntil = :at', condition, { ':at': { S: at } });
      }),
    revoke: (id, at) =>
      sayingBusy(async () => {
        const hash = await hashOf(id);
        if (hash === undefined) return undefined;
        const forgetAt = Math.ceil((Date.parse(at) + REMEMBERED_AFTER_REVOCATION_MS) / 1000);
        const expression = `SET revokedAt = :at, ${TABLE.ttlAttribute} = :forgetAt`;
        return update(hash, expression, 'attribute_not_exists(revokedAt)', {
          ':at': { S: at },
          ':forgetAt': { N: String(forgetAt) },
        });
      }),
    used: (hash, at, notIfAfter) =>
      sayingBusy(async () => {
        const condition = 'attribute_not_exists(lastUsedAt) OR lastUsedAt <= :notIfAfter';
        const values = { ':at': { S: at }, ':notIfAfter': { S: notIfAfter } };
        await update(hash, 'SET lastUsedAt = :at', condition, values);
      }),
  };
}

function recordOf(item: Item | undefined): TokenRecord | undefined {
  const body = item?.['body']?.S;
  if (item === undefined || body === undefined) return undefined;
  return {
    ...(JSON.parse(body) as Omit<TokenRecord, 'expiresAt' | 'revokedAt' | 'lastUsedAt'>),
    expiresAt: item['validUntil']?.S ?? null,
    revokedAt: item['revokedAt']?.S ?? null,
    lastUsedAt: item['lastUsedAt']?.S ?? null,
  };
}

function startAt(from: string) {
  const [id, ...rest] = cursor.decode(LIST, from);
  if (typeof id !== 'string' || id === '' || rest.length > 0) throw new InvalidCursorError();
  return { pk: { S: tokenIdKey.partition }, sk: { S: id } };
}
