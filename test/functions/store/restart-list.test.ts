import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putOf, writeAll } from '../../../functions/store/batch-writer.ts';
import { createCursorSeal } from '../../../functions/store/cursor-seal.ts';
import { InvalidCursorError } from '../../../functions/store/errors.ts';
import { recordItem } from '../../../functions/store/restart-item.ts';
import { listRestarts } from '../../../functions/store/restart-list.ts';
import type { RestartRecord } from '../../../timeline/contract/report.ts';
import { type Engine, startDynalite } from '../../support/dynamodb.ts';
import { briefly } from './restart-contract.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startDynalite();
});
afterAll(() => engine.close());

const DAY_MS = 86_400_000;
let days = 0;
/** Each case has a day of its own: the list goes over the restarts of all clusters. */
const freshDay = () => Date.parse('2020-01-01T00:00:00Z') + (days += 1) * DAY_MS;

const aRecord = (cluster: string, at: string, to: string): RestartRecord => ({
  at,
  atSeen: true,
  cluster,
  namespace: 'shop',
  workload: { kind: 'Deployment', name: 'web' },
  pod: { name: `pod-of-${cluster}`, uid: `uid-of-${cluster}` },
  node: 'node1',
  container: 'web',
  image: 'web:1',
  cause: 'exited',
  counted: true,
  downtimeMs: 1_000,
  backoffMs: 0,
  from: 'a',
  to,
});
const put = (records: readonly RestartRecord[]) =>
  writeAll(
    { ...engine, patience: { sleep: briefly, random: Math.random } },
    records.map((record) => putOf(recordItem(record, null))),
  );
/** Each page by an instance of its own, as behind a load balancer. */
const pageOf = (dayMs: number, limit: number, maxLookedAt: number, cursor?: string) =>
  listRestarts(
    { table: engine, seal: createCursorSeal(engine, randomBytes), nowMs: dayMs + DAY_MS, maxLookedAt },
    {
      clusters: new Set(['mine']),
      from: new Date(dayMs).toISOString(),
      to: new Date(dayMs + DAY_MS).toISOString(),
    },
    limit,
    cursor,
  );

describe('a list of restarts that looks at much which its reader may not know of', () => {
  /** Many at the same moment, too. */
  const moments = fc.array(
    fc.record({
      mine: fc.boolean(),
      atMs: fc.integer({ min: 0, max: 20 }).map((step) => step * 3_600_000 + 1),
    }),
    { minLength: 1, maxLength: 40 },
  );

  it('gives each of its own once, on pages of any size, and says nothing of the others', async () => {
    await fc.assert(
      fc.asyncProperty(
        moments,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 6 }),
        async (restarts, limit, maxLookedAt) => {
          const dayMs = freshDay();
          const records = restarts.map(({ mine, atMs }, index) =>
            aRecord(mine ? 'mine' : 'secret', new Date(dayMs + atMs).toISOString(), `run-${index}`),
          );
          const own = records.filter(({ cluster }) => cluster === 'mine');
          await put(records);
          const seen: RestartRecord[] = [];
          let cursor: string | undefined;
          do {
            const page = await pageOf(dayMs, limit, maxLookedAt, cursor);
            seen.push(...page.items);
            cursor = page.cursor;
            const text = Buffer.from(cursor ?? '', 'base64url').toString();
            expect(text).not.toContain('secret');
            for (const { at } of records.filter(({ cluster }) => cluster === 'secret')) {
              if (own.every((record) => record.at !== at)) expect(text).not.toContain(at.slice(0, -1));
            }
          } while (cursor !== undefined);
          expect(seen.map(({ to }) => to).toSorted()).toEqual(own.map(({ to }) => to).toSorted());
          expect(seen.map(({ at }) => at)).toEqual(
            own
              .map(({ at }) => at)
              .toSorted()
              .toReversed(),
          );
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it('goes on where it was when restarts come in between, of whomever', async () => {
    const dayMs = freshDay();
    const putAt = (cluster: string, hours: readonly number[]) =>
      put(
        hours.map((hour) => aRecord(cluster, new Date(dayMs + hour * 3_600_000).toISOString(), `h${hour}`)),
      );
    await putAt('secret', [15, 16, 17, 18]);
    await putAt('mine', [10, 11]);
    const first = await pageOf(dayMs, 10, 3);
    expect(first.items).toEqual([]);
    await putAt('mine', [20, 5]);
    await putAt('secret', [19, 12]);
    const rest = await pageOf(dayMs, 10, 100, first.cursor);
    expect(rest.items.map(({ to }) => to)).toEqual(['h11', 'h10', 'h5']);
  });

  it('refuses a place that was altered, or sealed elsewhere', async () => {
    const seal = createCursorSeal(engine, randomBytes);
    const sealed = await seal.seal('2026-03-01T10:00:00#secret#pod');
    expect(await createCursorSeal(engine, randomBytes).open(sealed)).toBe('2026-03-01T10:00:00#secret#pod');
    expect(await seal.seal('2026-03-01T10:00:00#secret#pod')).toBe(sealed);
    const bytes = Buffer.from(sealed, 'base64url');
    bytes[40]! ^= 1;
    await expect(seal.open(bytes.toString('base64url'))).rejects.toThrow(InvalidCursorError);
    await expect(seal.open('short')).rejects.toThrow(InvalidCursorError);
    const other = await startDynalite();
    try {
      await expect(createCursorSeal(other, randomBytes).open(sealed)).rejects.toThrow(InvalidCursorError);
    } finally {
      await other.close();
    }
  });
});
