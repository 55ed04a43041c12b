import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken } from '../../functions/api/identity/token.ts';
import { startApi } from '../support/api-process.ts';
import { startProgram } from '../support/program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podlapse-admin-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function admin(...args: string[]) {
  const program = startProgram('functions/admin.ts', args, { PODLAPSE_DATA_DIR: folder });
  const [code] = await once(program.process, 'close');
  return { code: code as number, out: program.stdout, err: program.stderr };
}
const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('npm run admin', () => {
  it('makes, rotates, lists and revokes tokens, and gives the token alone on standard output', async () => {
    const made = await admin('token', 'make', '--agent', 'lab', '--description', 'of the lab');
    expect(made.out).toMatch(/^podlapse_[\w-]{43}\n$/);
    const [id] = lines((await admin('token', 'list')).out).map((token) => token.id);
    const rotated = await admin('token', 'rotate', id, '--overlap-seconds', '60');
    expect(rotated.out).toMatch(/^podlapse_[\w-]{43}\n$/);
    expect(rotated.out).not.toBe(made.out);
    const revoked = await admin('token', 'revoke', id);
    expect(lines(revoked.out)).toMatchObject([{ id, revokedAt: expect.any(String) }]);
    const listed = await admin('token', 'list');
    expect(lines(listed.out)).toMatchObject([
      { id, grant: { kind: 'agent', cluster: 'lab' }, description: 'of the lab' },
      { replaces: id, revokedAt: null },
    ]);
    expect(listed.out).not.toContain('podlapse_');
    expect(listed.out).not.toContain(hashToken(made.out.trim()));
  });

  it('registers clusters, which the API then knows', async () => {
    await admin('cluster', 'register', 'prod', '--description', 'the real one');
    expect(lines((await admin('cluster', 'list')).out)).toMatchObject([
      { cluster: 'prod', description: 'the real one' },
    ]);
    const api = await startApi({ dataFolder: folder });
    try {
      expect(await api.read('/v1/admin/clusters/prod')).toMatchObject({ description: 'the real one' });
      const busy = await admin('token', 'list');
      expect([busy.code, busy.err]).toEqual([
        1,
        expect.stringContaining('another podlapse uses the data folder'),
      ]);
      expect(busy.err).not.toContain('    at ');
    } finally {
      await api.program.stop();
    }
  });

  it('mints a token for the stack without touching anything', async () => {
    const minted = await admin('token', 'mint', '--table', 'nowhere');
    expect(minted.err).toContain(hashToken(minted.out.trim()));
  });

  it('says what it can do, and what it does not know', async () => {
    expect((await admin('--help')).out).toContain('token make --agent CLUSTER');
    const unknown = await admin('token', 'revoke', 'never-made');
    expect([unknown.code, unknown.err]).toEqual([
      1,
      expect.stringContaining('There is no token "never-made"'),
    ]);
    const wrong = await admin('token', 'make');
    expect([wrong.code, wrong.out]).toEqual([2, '']);
  });
});
