import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureWebBuilt } from '../../scripts/ensure-web-built.mjs';

const root = join(import.meta.dirname, '../..');

/** Runs the app as the CDK's command line does: the context and the folder for its answer in the environment. */
function runApp(context: Readonly<Record<string, string>>) {
  const out = mkdtempSync(join(tmpdir(), 'podlapse-app-'));
  folders.push(out);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 150_000,
    env: { PATH: process.env['PATH'], CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  return { status, stdout, stderr, out, made: readdirSync(out) };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('the CDK app', () => {
  it('makes the stack without an account, with the page and the notifications beside the code', () => {
    ensureWebBuilt();
    const notifications = join(mkdtempSync(join(tmpdir(), 'podlapse-app-')), 'notifications.json');
    folders.push(dirname(notifications));
    const text = '{"targets":[{"name":"a","kind":"sns"}],"rules":[{"name":"r","on":"restart","to":["a"]}]}';
    writeFileSync(notifications, text);
    const { status, stderr, out, made } = runApp({ stage: 'staging', notifications, archive: 'on' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(made).toContain('Podlapse-staging.template.json');
    const assets = made.filter((name) => name.startsWith('asset.'));
    expect(assets).toHaveLength(4);
    for (const asset of assets) expect(existsSync(join(out, asset, 'index.mjs'))).toBe(true);
    const holding = (file: string) => assets.filter((asset) => existsSync(join(out, asset, file)));
    expect(holding('web/index.html')).toHaveLength(1);
    const [notify = ''] = holding('notifications.json');
    expect(readFileSync(join(out, notify, 'notifications.json'), 'utf8')).toBe(text);
  }, 180_000);

  it('fails on a wrong value with what is wrong, before anything is made', () => {
    const { status, stderr, made } = runApp({ stage: 'Production', retention: '3' });
    expect(status).toBe(1);
    expect(stderr).toContain(
      '- stage: "Production" is refused: it does not have this form. Allowed: a word such as prod',
    );
    expect(stderr).toContain('- retention: there is no such setting. There are: stage,');
    expect(stderr).not.toContain('    at ');
    expect(made).toEqual([]);
  });

  it('fails on notifications that cannot be read', () => {
    const { status, stderr } = runApp({ notifications: 'nowhere.json' });
    expect(status).toBe(1);
    expect(stderr).toContain('- notifications: "nowhere.json" is refused: ENOENT');
  });

  it('tells all settings, and makes no stack of ours then', () => {
    const { status, stdout, made } = runApp({ help: 'true' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Settings, as -c NAME=VALUE/);
    expect(stdout).toContain('  reservedConcurrency\n');
    expect(made).toContain('Help.template.json');
  });
});
