import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../../cli/settings/settings.ts';

let homeDir: string;
beforeEach(() => {
  homeDir = mkdtempSync(join(tmpdir(), 'podlapse-settings-'));
  mkdirSync(join(homeDir, '.config', 'podlapse'), { recursive: true });
});
afterEach(() => rmSync(homeDir, { recursive: true }));

const write = (name: string, text: string) => {
  const path = join(homeDir, '.config', 'podlapse', name);
  writeFileSync(path, text);
  return path;
};
const read = (flags = {}, env: Record<string, string> = {}) => readSettings(flags, { env, homeDir });

describe('the settings', () => {
  it('are for a podlapse on this machine when nothing is said', () => {
    expect(read()).toMatchObject({ api: new URL('http://127.0.0.1:8080'), token: undefined, clusters: {} });
  });

  it('are taken from flag, variable and file, in this order', () => {
    write('config.json', '{"api":"https://file.example","clusters":{"minikube":"lab"}}');
    expect(read()).toMatchObject({ api: new URL('https://file.example'), clusters: { minikube: 'lab' } });
    const env = { PODLAPSE_API: 'https://variable.example' };
    expect(read({}, env).api.host).toBe('variable.example');
    expect(read({ api: 'https://flag.example/base' }, env).api.href).toBe('https://flag.example/base');
  });

  it('have the token of a file, or of a variable, and say whose it is', () => {
    const own = write('token', 'podlapse_own\n');
    expect(read()).toMatchObject({ token: 'podlapse_own', tokenFrom: own });
    expect(read({}, { PODLAPSE_TOKEN: 'podlapse_x' })).toMatchObject({
      token: 'podlapse_x',
      tokenFrom: 'PODLAPSE_TOKEN',
    });
    const named = write('other', 'podlapse_named');
    expect(read({ 'token-file': named }, { PODLAPSE_TOKEN: 'podlapse_x' })).toMatchObject({
      token: 'podlapse_named',
    });
    expect(read({}, { PODLAPSE_TOKEN_FILE: named })).toMatchObject({ token: 'podlapse_named' });
  });

  it.each([
    [{ api: 'localhost:8080' }, {}, '--api is "localhost:8080", which is no address of an API'],
    [{}, { PODLAPSE_API: 'https://me:secret@host' }, 'PODLAPSE_API holds a password'],
    [{ api: 'http://host/?x=1' }, {}, 'has a query'],
    [{ 'token-file': '/nowhere/token' }, {}, '--token-file: there is no file /nowhere/token.'],
    [{}, { PODLAPSE_TOKEN: 'two words' }, 'PODLAPSE_TOKEN holds no token'],
    [{}, { PODLAPSE_TOKEN: 'a\r\nx-evil: 1' }, 'PODLAPSE_TOKEN holds no token'],
  ])('that cannot be used are named: %o %o', (flags, env, why) => {
    expect(() => read(flags, env)).toThrow(why);
  });

  it.each(['[', '[]', '{"api":1}', '{"apis":"x"}', '{"clusters":{"a":1}}'])(
    'are no file such as %s',
    (text) => {
      const path = write('config.json', text);
      expect(() => read()).toThrow(path);
    },
  );
});
