// The program against an API that asks for tokens, and that holds what hostile agents have sent.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken } from '../../functions/api/identity/token.ts';
import { aCli, type Cli } from '../support/cli.ts';
import { aPodRevision, POD } from '../support/recorded-events.ts';
import { type ServedApi, serveTestApi } from '../support/served-api.ts';

const ADMIN = 'podlapse_of-the-stack';
/** Clears the screen, turns what follows red, reverses it, and writes another title on the window. */
const EVIL = 'web\u001b[2J\u001b[31m\u202E\u001b]0;owned\u0007\r\n\u009b1mx';

let served: ServedApi;
let cli: Cli;
const asAdmin = { PODLAPSE_TOKEN: ADMIN };
beforeAll(async () => {
  served = await serveTestApi({ adminTokenHashes: [hashToken(ADMIN)] });
  cli = await aCli(served.url);
  const at = (second: number) => `2026-03-01T10:00:${String(second).padStart(2, '0')}Z`;
  const pod = { ...POD, name: EVIL, uid: 'evil', namespace: EVIL, node: EVIL };
  await served.api.store.putEvents('lab', [
    { ...aPodRevision({ occurredAt: at(0), resourceVersion: '1' }), pod, id: 'pod/evil/1' },
  ]);
  await served.api.store.putEvents('lab', [aPodRevision({ occurredAt: at(0), resourceVersion: '1' })]);
});
afterAll(async () => {
  await served.close();
  await cli.remove();
});

describe('tokens', () => {
  it('are made, listed, rotated and revoked, and their text alone goes to standard output', async () => {
    const made = await cli.run(['token', 'make', '--reader', 'lab', '--description', 'for me'], asAdmin);
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^podlapse_\S+\n$/);
    expect(made.err).toMatch(/^\S+, for reading lab\. This is the token; it is shown this once:\n$/);
    const list = await cli.run(['token', 'list'], asAdmin);
    expect(list.out).toMatch(/^ID +FOR +MADE \(UTC\) .*\n\S+ +reading lab +.* never +never +for me\n$/);
    const json = await cli.run(['token', 'list', '-o', 'json'], asAdmin);
    const [{ id }] = JSON.parse(json.out).items;
    const rotated = await cli.run(['token', 'rotate', id, '--overlap-seconds', '60', '-o', 'json'], asAdmin);
    expect(JSON.parse(rotated.out)).toMatchObject({ replaces: id });
    const revoked = await cli.run(['token', 'revoke', id], asAdmin);
    expect([revoked.code, revoked.out]).toEqual([0, '']);
    expect(revoked.err).toContain('is revoked');
    const again = await cli.run(['token', 'rotate', id], asAdmin);
    expect(again.code).toBe(1);
    const none = await cli.run(['token', 'revoke', 'no-such-id'], asAdmin);
    expect(none.code).toBe(3);
  });

  it('are read from the file in ~/.config/podlapse, and see what they are for', async () => {
    const { out: token } = await cli.run(['token', 'make', '--reader', 'lab'], asAdmin);
    const folder = join(cli.home, '.config', 'podlapse');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'token'), token);
    const clusters = await cli.run(['clusters']);
    expect(clusters).toMatchObject({ code: 0, err: '' });
    expect(clusters.out).toContain('lab');
    writeFileSync(join(folder, 'token'), '');
  });

  it('that are missing or wrong are asked for with the next step', async () => {
    const none = await cli.run(['clusters'], { XDG_CONFIG_HOME: '/nowhere' });
    expect(none.code).toBe(4);
    expect(none.err).toMatch(/No token was given\.\nA token is given as PODLAPSE_TOKEN, --token-file PATH/);
    const wrong = await cli.run(['clusters'], { PODLAPSE_TOKEN: 'podlapse_wrong' });
    expect(wrong.code).toBe(4);
    expect(wrong.err).toContain('The token of PODLAPSE_TOKEN was not taken.');
    expect(wrong.err).not.toContain('podlapse_wrong');
    const other = await cli.run(['clusters'], asAdmin);
    expect(other.code).toBe(4);
    expect(other.err).toContain('This token is for administration');
  });
});

describe('a token', () => {
  it('that would go over the network unencrypted is warned of', async () => {
    const env = { PODLAPSE_TOKEN: 'podlapse_x' };
    const far = await cli.run(['clusters'], { ...env, PODLAPSE_API: 'http://podlapse.invalid' });
    expect(far.err).toContain('The token goes to podlapse.invalid unencrypted; use https if you can.');
    const here = await cli.run(['clusters'], env);
    expect(here.err).not.toContain('unencrypted');
  });
});

describe('names that a hostile agent has sent', () => {
  it.each([
    [['pods', '--cluster', 'lab', '-A', '-o', 'wide']],
    [['timeline', POD.name, '-n', 'nowhere', '--cluster', 'lab']],
    [['timeline', 'web', '--cluster', 'lab']],
    [['__complete', 'timeline', '--cluster', 'lab', '']],
    [['__complete', 'pods', '--cluster', 'lab', '-n', '']],
  ])('never reach the terminal as they are: %j', async (args) => {
    const { out: token } = await cli.run(['token', 'make', '--reader', 'lab'], asAdmin);
    const { out, err } = await cli.run(args, { PODLAPSE_TOKEN: token.trim() });
    expect(out + err).toMatch(/web|shop/);
    expect(out + err).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });

  it('stay as they are in JSON, escaped', async () => {
    const { out: token } = await cli.run(['token', 'make', '--reader', 'lab'], asAdmin);
    const env = { PODLAPSE_TOKEN: token.trim() };
    const { out } = await cli.run(['pods', '--cluster', 'lab', '-A', '-o', 'json'], env);
    expect(out).not.toContain('\u001b');
    expect(JSON.parse(out).items.map(({ pod }: { pod: { name: string } }) => pod.name)).toContain(EVIL);
  });
});
