import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createNoticeLedger,
  type Notice,
  type NoticeLedger,
} from '../../../functions/notify/notice-ledger.ts';
import {
  type Engine,
  reasonWithoutJava,
  startDynalite,
  startDynamoDbLocalTable,
} from '../../support/dynamodb.ts';

const missing = reasonWithoutJava();
const skipped = missing !== undefined && process.env['CI'] === undefined;

describe('the ledger of notices on dynalite', () => {
  ledgerContract(startDynalite);
});
// In CI nothing is skipped: there the suite fails with the reason.
describe.skipIf(skipped)(
  `the ledger of notices on DynamoDB Local${skipped ? ` (skipped: ${missing})` : ''}`,
  () => {
    ledgerContract(startDynamoDbLocalTable);
  },
);

function ledgerContract(start: () => Promise<Engine>): void {
  let engine: Engine;
  let nowMs = Date.parse('2026-03-01T10:00:00Z');
  let ids = 0;
  let subjects = 0;
  let ledger: NoticeLedger;
  beforeAll(async () => {
    engine = await start();
    ledger = createNoticeLedger({ ...engine, clock: () => nowMs, newId: () => `id-${(ids += 1)}` });
  });
  afterAll(() => engine.close());

  const aNotice = (given: Partial<Notice> = {}): Notice => ({
    rule: 'all',
    subject: `subject ${(subjects += 1)}`,
    target: 'ops',
    atMs: nowMs,
    quietMs: undefined,
    ...given,
  });
  const mine = async (notice: Notice): Promise<string> => {
    const claim = await ledger.claim(notice);
    if (claim.state !== 'mine') throw new Error(`it is ${claim.state}`);
    return claim.id;
  };

  it('gives a notice to one of many who want it at once', async () => {
    const notice = aNotice();
    const claims = await Promise.all(Array.from({ length: 8 }, () => ledger.claim(notice)));
    expect(claims.filter(({ state }) => state === 'mine')).toHaveLength(1);
    expect(claims.filter(({ state }) => state === 'underway')).toHaveLength(7);
  });

  it('says that it was told once that is noted, for ever', async () => {
    const notice = aNotice();
    await ledger.noteTold(notice, await mine(notice));
    expect(await ledger.claim(notice)).toEqual({ state: 'told' });
    expect(await ledger.claim({ ...notice, atMs: notice.atMs + 86_400_000 })).toEqual({ state: 'told' });
  });

  it('tells rules, subjects and targets apart', async () => {
    const notice = aNotice();
    await ledger.noteTold(notice, await mine(notice));
    for (const other of [{ rule: 'b' }, { subject: 'b' }, { target: 'b' }]) {
      expect(await ledger.claim({ ...notice, ...other })).toMatchObject({ state: 'mine' });
    }
  });

  it('lets what was given back be told at once, under the same id', async () => {
    const notice = aNotice();
    const id = await mine(notice);
    await ledger.giveBack(notice, id);
    expect(await mine(notice)).toBe(id);
    expect(await ledger.claim(notice)).toEqual({ state: 'underway' });
  });

  it('lets another tell what one died over, under the same id, when a minute has passed', async () => {
    const notice = aNotice();
    const id = await mine(notice);
    nowMs += 59_000;
    expect(await ledger.claim(notice)).toEqual({ state: 'underway' });
    nowMs += 2_000;
    expect(await mine(notice)).toBe(id);
  });

  it('is quiet about a subject for its time after what was told, and then begins anew under another id', async () => {
    const notice = aNotice({ quietMs: 3_600_000 });
    const id = await mine(notice);
    await ledger.noteTold(notice, id);
    expect(await ledger.claim({ ...notice, atMs: notice.atMs + 3_600_000 })).toEqual({ state: 'told' });
    expect(await ledger.claim({ ...notice, atMs: notice.atMs - 7_200_000 })).toEqual({ state: 'told' });
    const again = await mine({ ...notice, atMs: notice.atMs + 3_600_001 });
    expect(again).not.toBe(id);
  });
}
