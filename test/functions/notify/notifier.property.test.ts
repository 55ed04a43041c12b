import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJsonLog } from '../../../functions/log.ts';
import type { Message } from '../../../functions/notify/message.ts';
import { createNoticeLedger } from '../../../functions/notify/notice-ledger.ts';
import { createNotifier } from '../../../functions/notify/notifier.ts';
import { parseNotifications, type Target } from '../../../functions/notify/notifications.ts';
import { createRestartReader } from '../../../functions/notify/restart-reader.ts';
import { putOf, writeAll } from '../../../functions/store/batch-writer.ts';
import { createDynamoStore } from '../../../functions/store/dynamo-store.ts';
import { restartKey, type RestartKey } from '../../../functions/store/keys/restart-key.ts';
import { recordItem } from '../../../functions/store/restart-item.ts';
import { CAUSES } from '../../../timeline/contract/words.ts';
import type { RestartRecord } from '../../../timeline/contract/report.ts';
import { type Engine, startDynalite } from '../../support/dynamodb.ts';
import { aRestart } from '../../support/restart-records.ts';

const START_MS = Date.parse('2026-03-01T10:00:00Z');
const NOW_MS = START_MS + 3_700_000;
const NOTIFICATIONS = parseNotifications(
  JSON.stringify({
    targets: [
      { name: 'ops', kind: 'sns' },
      { name: 'mail', kind: 'sns' },
    ],
    rules: [
      { name: 'all', on: 'restart', to: ['ops', 'mail'] },
      { name: 'memory', on: 'restart', causes: ['oom-killed'], to: ['mail'] },
      { name: 'loops', on: 'crash-loop', restarts: 3, withinMinutes: 5, to: ['ops'] },
      { name: 'nodes', on: 'incident', pods: 3, withinSeconds: 60, quietMinutes: 60, to: ['ops'] },
    ],
  }),
);

interface Told {
  readonly target: string;
  readonly message: Message;
  readonly id: string;
}

let engine: Engine;
let runs = 0;
beforeAll(async () => {
  engine = await startDynalite();
});
afterAll(() => engine.close());

/** One function, to whose targets telling goes wrong when `refuses` says so. */
function aFunction(told: Told[], refuses: () => boolean, clock = () => NOW_MS) {
  return createNotifier({
    notifications: NOTIFICATIONS,
    reader: createRestartReader(engine, createDynamoStore({ ...engine, clock })),
    ledger: createNoticeLedger({ ...engine, clock, newId: () => crypto.randomUUID() }),
    send: (target: Target, message, id) => {
      if (refuses()) return Promise.reject(new Error('refused'));
      told.push({ target: target.name, message, id });
      return Promise.resolve();
    },
    baseUrl: 'https://restarts.example',
    clock,
    log: createJsonLog(() => {}, clock),
  });
}

/** Restarts of an hour, in a cluster that no other run of the property knows. */
const history = fc
  .array(
    fc.record({
      second: fc.integer({ min: 0, max: 3_599 }),
      pod: fc.constantFrom('a', 'b', 'c', 'd'),
      cause: fc.constantFrom('exited', 'oom-killed', ...CAUSES.slice(7, 9)),
      counted: fc.boolean(),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((some) => {
    const cluster = `run-${(runs += 1)}`;
    return some.map(({ second, pod, ...rest }, index) =>
      aRestart({
        ...rest,
        cluster,
        at: new Date(START_MS + second * 1_000).toISOString(),
        pod: { name: pod, uid: `${cluster}-${pod}` },
        to: `run ${index}`,
      }),
    );
  });

const write = (records: readonly RestartRecord[]) =>
  writeAll(
    { ...engine, patience: { sleep: () => Promise.resolve(), random: () => 0 } },
    records.map(recordItem).map(putOf),
  );

describe('what is told of restarts', () => {
  it('is told once, in whatever order and however often they come, and whoever refuses at first', async () => {
    await fc.assert(
      fc.asyncProperty(
        history.chain((records) =>
          fc.record({
            records: fc.constant(records),
            changes: fc.array(fc.constantFrom(...records), { maxLength: 2 * records.length }),
            batch: fc.integer({ min: 1, max: 5 }),
            refusals: fc.array(fc.boolean(), { maxLength: 12 }),
          }),
        ),
        async ({ records, changes, batch, refusals }) => {
          await write(records);
          const told: Told[] = [];
          const notify = aFunction(told, () => refusals.shift() ?? false);
          const another = aFunction(told, () => refusals.shift() ?? false);
          // Each comes at least once, some more often, and what failed comes again until nothing does.
          let left: RestartKey[] = [...changes, ...records].map((record) => restartKey.of(record));
          for (let tries = 0; left.length > 0; tries += 1) {
            expect(tries).toBeLessThan(30);
            const [some, others] = [left.slice(0, batch), left.slice(batch, 2 * batch)];
            const outcomes = await Promise.all([
              notify(some, Number.POSITIVE_INFINITY),
              another(others, Number.POSITIVE_INFINITY),
            ]);
            left = [...left.slice(2 * batch), ...outcomes.flatMap(({ failed }) => [...failed])];
          }

          const about = told.map(({ target, message: { rule, kind, restart } }) =>
            JSON.stringify([
              target,
              rule,
              kind === 'restart'
                ? restart.to
                : kind === 'crash-loop'
                  ? restart.pod.uid
                  : [restart.node, restart.cause],
            ]),
          );
          expect(new Set(about).size).toBe(about.length);
          // Nothing is lost: mail has every restart by itself, and ops each by itself or as part of something.
          const single = (target: string, rule: string) =>
            told.filter((each) => each.target === target && each.message.rule === rule).length;
          expect(single('mail', 'all')).toBe(records.length);
          expect(single('mail', 'memory')).toBe(records.filter(({ cause }) => cause === 'oom-killed').length);
          const gathered = told.filter(({ message }) => message.kind !== 'restart').length;
          expect(single('ops', 'all') === records.length).toBe(gathered === 0);
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);
});

describe('a restart whose record is rewritten', () => {
  it('is told of when it first fits a rule, once, also under another key', async () => {
    const told: Told[] = [];
    const notify = aFunction(told, () => false);
    const first = aRestart({ cluster: 'rewritten', cause: 'unknown', to: 'new-run' });
    const better = { ...first, at: '2026-03-01T09:59:58.5Z', cause: 'oom-killed' } as const;
    await write([first]);
    await notify([restartKey.of(first)], Number.POSITIVE_INFINITY);
    expect(told.map(({ target, message }) => [target, message.rule])).toEqual([
      ['ops', 'all'],
      ['mail', 'all'],
    ]);
    await write([better]);
    await notify([restartKey.of(better)], Number.POSITIVE_INFINITY);
    await notify([restartKey.of(better), restartKey.of(first)], Number.POSITIVE_INFINITY);
    expect(told.slice(2).map(({ target, message }) => [target, message.rule])).toEqual([['mail', 'memory']]);
  });

  it('is not told of when it is no longer there', async () => {
    const told: Told[] = [];
    const gone = restartKey.of(aRestart({ cluster: 'gone' }));
    const outcome = await aFunction(told, () => false)([gone], Number.POSITIVE_INFINITY);
    expect(outcome).toEqual({ failed: new Set(), sent: 0, refused: 0 });
  });
});

describe('what is not told', () => {
  it('are restarts of long ago, as an agent sends them that was cut off', async () => {
    const told: Told[] = [];
    const old = aRestart({ cluster: 'old', at: '2026-03-01T03:00:00Z' });
    await write([old]);
    const outcome = await aFunction(told, () => false)([restartKey.of(old)], Number.POSITIVE_INFINITY);
    expect(outcome.failed.size).toBe(0);
    expect(told).toEqual([]);
  });

  it('is what there is no time left for: it is named, and told by the next', async () => {
    const told: Told[] = [];
    const late = aRestart({ cluster: 'late' });
    await write([late]);
    const key = restartKey.of(late);
    const outcome = await aFunction(told, () => false)([key], NOW_MS + 10_000);
    expect(outcome.failed).toEqual(new Set([key]));
    expect(told).toEqual([]);
  });

  it('is what a slow target left no time for, while those before it were told', async () => {
    const told: Told[] = [];
    const slow = aRestart({ cluster: 'slow' });
    await write([slow]);
    let nowMs = NOW_MS;
    const notify = aFunction(
      told,
      () => {
        nowMs += 10_000;
        return false;
      },
      () => nowMs,
    );
    const key = restartKey.of(slow);
    expect((await notify([key], nowMs + 25_000)).failed).toEqual(new Set([key]));
    expect(told.map(({ target }) => target)).toEqual(['ops']);
    expect((await notify([key], nowMs + 25_000)).failed).toEqual(new Set());
    expect(told.map(({ target }) => target)).toEqual(['ops', 'mail']);
  });
});
