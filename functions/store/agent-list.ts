import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { dutyOf, isNewer, tellsStanding } from '../../timeline/agents.ts';
import type { AgentEvent } from '../../timeline/contract/agent-event.ts';
import { concurrently } from './concurrently.ts';
import { agentKey } from './keys/agent-key.ts';
import type { Item } from './pack.ts';
import { IF_ABSENT, putIf } from './put-if.ts';
import type { Consistency, TableParts } from './query.ts';

const CONCURRENCY = 12;
/** A cluster of 5,000 nodes has an agent on each; the list of clusters shows as many as a person can take in. */
const SHOWN = 500;

/**
 * Keeps the newest statement of each duty, whatever the order in which they come. A cluster's agents state something
 * when they begin, and when a gap opens or closes, so that this is rarely done; and mostly of all their sources at
 * once, so that the duties of one agent are one item.
 */
export async function rememberStatements(
  table: TableParts,
  cluster: string,
  statements: readonly AgentEvent[],
): Promise<void> {
  const byPost = Map.groupBy(statements, postOf);
  await concurrently([...byPost], CONCURRENCY, ([post, made]) => remember(table, cluster, post, made));
}

/** Where the duties are done: on that node, or for the whole cluster. */
function postOf({ agent }: AgentEvent): string {
  return agent.node ?? '';
}

/** The newest statement of each duty that is done on a node or, with null, for the whole cluster. */
export async function newestStatements(
  { client, tableName }: TableParts,
  cluster: string,
  node: string | null,
  consistency: Consistency,
): Promise<readonly AgentEvent[]> {
  const { Item: item } = await client.send(
    new GetItemCommand({
      TableName: tableName,
      Key: keyOf(cluster, node ?? ''),
      ConsistentRead: consistency === 'strong',
    }),
  );
  return statementsOf(item);
}

function keyOf(cluster: string, post: string): Item {
  return { pk: { S: agentKey.partition(cluster) }, sk: { S: agentKey.format(post) } };
}

async function remember(
  table: TableParts,
  cluster: string,
  post: string,
  statements: readonly AgentEvent[],
): Promise<void> {
  const key = keyOf(cluster, post);
  // A batch that comes again must cost no write: DynamoDB takes a unit for a put that its condition refuses too.
  const { Item: item } = await table.client.send(
    new GetItemCommand({ TableName: table.tableName, Key: key, ConsistentRead: true }),
  );
  const newest = newestOf([...statementsOf(item), ...statements]);
  const body = JSON.stringify(newest);
  if (body === item?.['body']?.S) return;
  const asRead =
    item === undefined
      ? IF_ABSENT
      : {
          ConditionExpression: 'body = :read',
          ExpressionAttributeValues: { ':read': item['body'] ?? { S: '' } },
        };
  const written = await putIf(table, { ...key, v: { N: '2' }, body: { S: body } }, asRead);
  // Another writer was there in between: look again at what is kept now, which is newer each time.
  if (!written) await remember(table, cluster, post, statements);
}

/** The newest of each duty, in the duties' order. */
function newestOf(statements: readonly AgentEvent[]): readonly AgentEvent[] {
  const newest = new Map<string, AgentEvent>();
  for (const statement of statements.filter(tellsStanding)) {
    const known = newest.get(dutyOf(statement));
    if (known === undefined || isNewer(statement, known)) newest.set(dutyOf(statement), statement);
  }
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, statement]) => statement);
}

function statementsOf(item: Item | undefined): readonly AgentEvent[] {
  const body = item?.['body']?.S;
  return body === undefined ? [] : (JSON.parse(body) as AgentEvent[]);
}

/** The newest statement of each duty in the cluster. */
export async function listStatements(
  { client, tableName }: TableParts,
  cluster: string,
): Promise<readonly AgentEvent[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      Limit: SHOWN,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: agentKey.partition(cluster) } },
    }),
  );
  return Items.flatMap((item) => statementsOf(item));
}
