import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { LEVELS, type Unit, unitAt } from '../../../timeline/reports/units.ts';
import { putOf, writeAll } from '../batch-writer.ts';
import { concurrently } from '../concurrently.ts';
import { rollupKey } from '../keys/rollup-key.ts';
import type { Item } from '../pack.ts';
import { putIf } from '../put-if.ts';
import { queryRange, type TableParts } from '../query.ts';
import { expiry } from '../expiry.ts';
import { type RetentionOverview } from '../retention.ts';
import type { Patience } from '../throttling.ts';

/**
 * How counting and writing keep out of each other's way, without ever waiting for each other.
 *
 * Whoever counts a unit says so first (`counting`, with a token), then reads the restarts, writes what they come to, and
 * says `sealed` last, if the state is still as they left it. Whoever puts a restart into a time that is long over puts
 * it first, then marks the unit `dirty` if there is any state. So either the one who counts reads the restart, or finds
 * the mark; and a count is used only while its own token stands there as `sealed`.
 */
export type UnitState =
  | { readonly kind: 'counting' | 'dirty' }
  | { readonly kind: 'sealed'; readonly token: string; readonly empty: boolean };

/** How long after its end a unit may be counted. */
export const CLOSED_AFTER_MS = 10 * 60_000;
/**
 * A restart is marked from so long after its hour's end on: much sooner than anyone counts, so that neither the time
 * between looking at the clock and writing nor the difference of two machines' clocks lets one slip through.
 */
const MARKED_AFTER_MS = 60_000;
const CONCURRENCY = 8;

/** The states of all units of a level that lie within a span, by the units' keys; strongly consistent. */
export async function readStates(
  table: TableParts,
  first: Unit,
  last: Unit,
): Promise<ReadonlyMap<string, UnitState>> {
  const items = await queryRange(table, rollupKey.states, rollupKey.format(first), rollupKey.format(last));
  return new Map(
    items.map((item): [string, UnitState] => {
      const token = item['token']?.S ?? '';
      const sealed = item['state']?.S === 'sealed';
      return [
        item['sk']?.S ?? '',
        sealed
          ? { kind: 'sealed', token, empty: item['empty']?.BOOL === true }
          : { kind: item['state']?.S === 'counting' ? 'counting' : 'dirty' },
      ];
    }),
  );
}

/** Says that the units are being counted. To be followed by the reading of their restarts. */
export async function beginCounts(
  {
    table,
    patience,
    overview,
  }: { readonly table: TableParts; readonly patience: Patience; readonly overview: RetentionOverview },
  units: readonly Unit[],
  token: string,
): Promise<void> {
  const items = units.map((unit) => ({
    pk: { S: rollupKey.states },
    sk: { S: rollupKey.format(unit) },
    state: { S: 'counting' },
    token: { S: token },
    ...expiry(unit.toMs, overview.longestCountsDays),
  }));
  await writeAll({ ...table, patience }, items.map(putOf));
}

/** Says that the unit's count stands. False if in the meantime a restart was written late, or another began to count. */
export function sealCount(
  table: TableParts,
  unit: Unit,
  token: string,
  { isEmpty, expires }: { readonly isEmpty: boolean; readonly expires: Item },
): Promise<boolean> {
  const item = {
    pk: { S: rollupKey.states },
    sk: { S: rollupKey.format(unit) },
    state: { S: 'sealed' },
    token: { S: token },
    ...(isEmpty ? { empty: { BOOL: true } } : {}),
    ...expires,
  };
  return putIf(table, item, {
    ConditionExpression: '#state = :counting AND #token = :token',
    ExpressionAttributeNames: { '#state': 'state', '#token': 'token' },
    ExpressionAttributeValues: { ':counting': { S: 'counting' }, ':token': { S: token } },
  });
}

/**
 * Marks the units in which restarts were written late. To be called after they were written.
 *
 * @param times of the restarts
 * @param finalMs days that began before this are counted for good
 */
export async function markLate(
  table: TableParts,
  times: readonly string[],
  nowMs: number,
  finalMs: number,
): Promise<void> {
  const units = new Map<string, Unit>();
  for (const time of times) {
    const atMs = Date.parse(time);
    if (unitAt('hour', atMs).toMs + MARKED_AFTER_MS > nowMs) continue;
    if (unitAt('day', atMs).fromMs < finalMs) continue;
    for (const level of LEVELS) {
      const unit = unitAt(level, atMs);
      units.set(rollupKey.format(unit), unit);
    }
  }
  await concurrently([...units.values()], CONCURRENCY, (unit) => mark(table, unit));
}

async function mark({ client, tableName }: TableParts, unit: Unit): Promise<void> {
  const key = { pk: { S: rollupKey.states }, sk: { S: rollupKey.format(unit) } };
  // Looked at first: what comes late comes in crowds, and only the first of a crowd has to write.
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
  );
  if (item === undefined || item['state']?.S === 'dirty') return;
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: key,
      UpdateExpression: 'SET #state = :dirty',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':dirty': { S: 'dirty' } },
    }),
  );
}
