// What every engine under the tokens, registrations and request counts is held to.
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidCursorError, StoreBusyError } from '../../../functions/store/errors.ts';
import { createRateCounter } from '../../../functions/store/rate-counter.ts';
import {
  type ClusterRegistration,
  createRegistrationTable,
} from '../../../functions/store/registration-store.ts';
import type { TokenRecord } from '../../../functions/store/token-store.ts';
import { createTokenTable } from '../../../functions/store/token-table.ts';
import type { Engine } from '../../support/dynamodb.ts';
import { crashAt } from '../../support/dynamodb-faults.ts';

const aToken = (change: Partial<TokenRecord> = {}): TokenRecord => ({
  id: '20260301t120000000z-00000001',
  grant: { kind: 'agent', cluster: 'lab' },
  description: 'for the lab',
  requestsPerMinute: null,
  replaces: null,
  createdAt: '2026-03-01T12:00:00.000Z',
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
  ...change,
});
const aRegistration = (change: Partial<ClusterRegistration> = {}): ClusterRegistration => ({
  cluster: 'lab',
  description: '',
  requestsPerMinute: null,
  tokenIssuer: null,
  retention: { eventsDays: null, restartsDays: null, rollupsDays: null },
  updatedAt: '2026-03-01T12:00:00.000Z',
  ...change,
});
const HOUR = (hour: number) => `2026-03-01T${hour}:00:00.000Z`;

export function tokenContract(startEngine: () => Promise<Engine>): void {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.close());

  describe('a token', () => {
    it('is found by its hash and by its id, as it was made', async () => {
      const tokens = createTokenTable(engine);
      const record = aToken({
        id: 'found',
        grant: { kind: 'reader', clusters: ['*'] },
        requestsPerMinute: 7,
        replaces: 'other',
        expiresAt: HOUR(13),
      });
      await tokens.add('hash-found', record);
      expect(await tokens.byHash('hash-found')).toEqual(record);
      expect(await tokens.byId('found')).toEqual(record);
      expect(await tokens.byHash('found')).toBeUndefined();
      expect(await tokens.byId('hash-found')).toBeUndefined();
    });

    it('is revoked at once, for good, and from the first time on', async () => {
      const tokens = createTokenTable(engine);
      await tokens.add('hash-revoked', aToken({ id: 'revoked' }));
      expect(await tokens.revoke('revoked', HOUR(13))).toEqual(
        aToken({ id: 'revoked', revokedAt: HOUR(13) }),
      );
      expect((await tokens.revoke('revoked', HOUR(14)))?.revokedAt).toBe(HOUR(13));
      expect((await tokens.byHash('hash-revoked'))?.revokedAt).toBe(HOUR(13));
      expect(await tokens.revoke('never-made', HOUR(13))).toBeUndefined();
    });

    it('is let expire sooner, never later', async () => {
      const tokens = createTokenTable(engine);
      await tokens.add('hash-brief', aToken({ id: 'brief', expiresAt: HOUR(15) }));
      expect((await tokens.expire('brief', HOUR(14)))?.expiresAt).toBe(HOUR(14));
      expect((await tokens.expire('brief', HOUR(16)))?.expiresAt).toBe(HOUR(14));
      await tokens.add('hash-long', aToken({ id: 'long' }));
      expect((await tokens.expire('long', HOUR(14)))?.expiresAt).toBe(HOUR(14));
      expect(await tokens.expire('never-made', HOUR(14))).toBeUndefined();
    });

    it('knows when it was used, and by how much that may be behind', async () => {
      const tokens = createTokenTable(engine);
      await tokens.add('hash-used', aToken({ id: 'used' }));
      const lastUse = async () => (await tokens.byHash('hash-used'))?.lastUsedAt;
      await tokens.used('hash-used', HOUR(13), HOUR(12));
      expect(await lastUse()).toBe(HOUR(13));
      await tokens.used('hash-used', '2026-03-01T13:30:00.000Z', '2026-03-01T12:30:00.000Z');
      expect(await lastUse()).toBe(HOUR(13));
      await tokens.used('hash-used', HOUR(15), HOUR(14));
      expect(await lastUse()).toBe(HOUR(15));
    });

    it('that is used without having been made is not made by it', async () => {
      const tokens = createTokenTable(engine);
      await tokens.used('hash-never', HOUR(13), HOUR(12));
      expect(await tokens.byHash('hash-never')).toBeUndefined();
    });

    it('whose making broke off is no token, and does not spoil the list', async () => {
      const tokens = createTokenTable(engine);
      let puts = 0;
      const name = 'breakOff';
      engine.client.middlewareStack.add(
        (next, context) => async (args) => {
          if (context.commandName === 'PutItemCommand' && (puts += 1) === 2) throw new Error('crashed');
          return next(args);
        },
        { step: 'initialize', name },
      );
      await expect(tokens.add('hash-broken', aToken({ id: 'broken' }))).rejects.toThrow('crashed');
      engine.client.middlewareStack.remove(name);
      expect(await tokens.byHash('hash-broken')).toBeUndefined();
      expect(await tokens.byId('broken')).toBeUndefined();
      expect((await tokens.list(100)).items.map(({ id }) => id)).not.toContain('broken');
    });

    it('is not made over one that there is', async () => {
      const tokens = createTokenTable(engine);
      await tokens.add('hash-once', aToken({ id: 'once' }));
      await expect(tokens.add('hash-once', aToken({ id: 'twice' }))).rejects.toThrow(
        'conditional request failed',
      );
      expect((await tokens.byHash('hash-once'))?.id).toBe('once');
    });

    it('cannot be looked up while the store is busy', async () => {
      const name = 'busy';
      const refusal = Object.assign(new Error('later'), { name: 'ThrottlingException' });
      engine.client.middlewareStack.add(() => () => Promise.reject(refusal), { step: 'initialize', name });
      await expect(createTokenTable(engine).byHash('hash-once')).rejects.toThrow(StoreBusyError);
      engine.client.middlewareStack.remove(name);
    });
  });

  describe('lists', () => {
    it('of tokens give each once, by id, page by page', async () => {
      const tokens = createTokenTable(engine);
      for (const number of [3, 1, 2]) await tokens.add(`hash-z${number}`, aToken({ id: `z${number}` }));
      const seen: string[] = [];
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const page = await tokens.list(2, cursor);
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.cursor;
      }
      expect(seen).toEqual([...new Set(seen)].sort());
      expect(seen.filter((id) => id.startsWith('z'))).toEqual(['z1', 'z2', 'z3']);
      await expect(tokens.list(2, 'made-up')).rejects.toThrow(InvalidCursorError);
    });

    it('of registrations give each cluster once, by name, as it was last said', async () => {
      const registrations = createRegistrationTable(engine);
      const issuer = { issuer: 'https://issuer.example', subjects: ['s'], jwksUri: null, jwks: null };
      await registrations.put(aRegistration({ cluster: 'prod' }));
      await registrations.put(aRegistration({ cluster: 'lab' }));
      await registrations.put(aRegistration({ cluster: 'prod', tokenIssuer: issuer }));
      expect(await registrations.get('prod')).toEqual(
        aRegistration({ cluster: 'prod', tokenIssuer: issuer }),
      );
      expect(await registrations.get('none')).toBeUndefined();
      const first = await registrations.list(1);
      const second = await registrations.list(1, first.cursor);
      expect([...first.items, ...second.items].map(({ cluster }) => cluster)).toEqual(['lab', 'prod']);
      await expect(registrations.list(1, 'made-up')).rejects.toThrow(InvalidCursorError);
    });
  });

  describe('counts of requests', () => {
    it('are summed over all instances, for each caller and minute', async () => {
      const [one, other] = [createRateCounter(engine), createRateCounter(engine)];
      const nowMs = Date.parse('2026-03-01T12:00:10Z');
      const sums = await Promise.all([one.add('caller', nowMs, 5), other.add('caller', nowMs, 7)]);
      expect(Math.max(...sums)).toBe(12);
      expect(await one.add('caller', nowMs + 49_000, 1)).toBe(13);
      expect(await one.add('caller', nowMs + 50_000, 1)).toBe(1);
      expect(await one.add('other', nowMs, 1)).toBe(1);
    });

    it('leave the table by themselves', async () => {
      const nowMs = Date.parse('2026-03-01T14:00:10Z');
      await createRateCounter(engine).add('leaves', nowMs, 1);
      const { Items = [] } = await engine.client.send(
        new ScanCommand({
          TableName: engine.tableName,
          FilterExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'RATE#leaves' } },
        }),
      );
      expect(Items).toMatchObject([{ expiresAt: { N: String((nowMs + 600_000) / 1000) } }]);
    });

    it('fail when the store does', async () => {
      const crashed = crashAt(engine.client, 'UpdateItemCommand');
      await expect(createRateCounter(engine).add('caller', 0, 1)).rejects.toThrow('crashed');
      crashed.stop();
    });
  });
}
