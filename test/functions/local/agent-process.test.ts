import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepRunning, type KeptProcess } from '../../../functions/local/agent-process.ts';
import { createTerminalLog } from '../../../functions/local/terminal-log.ts';
import { until } from '../../support/until.ts';

describe('a program that is kept running', () => {
  let folder: string;
  let kept: KeptProcess | undefined;
  let said: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'podlapse-kept-'));
    said = '';
  });
  afterEach(async () => {
    await kept?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const keep = (script: string) => {
    kept = keepRunning({
      command: [process.execPath, '--eval', script],
      name: 'agent',
      log: createTerminalLog((line) => (said += line)),
      patienceMs: 500,
    });
    return kept;
  };

  it('is started again when it ends, and that is said', async () => {
    const file = join(folder, 'starts');
    keep(`require('fs').appendFileSync(${JSON.stringify(file)}, 'x'); process.exit(3)`);
    await until(
      'it was started twice',
      async () => (await readFile(file, 'utf8').catch(() => '')).length >= 2,
    );
    expect(said).toContain('warning: the agent ended (exit code 3); it is started again in 500 ms');
  });

  it('has its lines passed on for a person to read', async () => {
    keep(`
      console.error(JSON.stringify({ level: 40, time: 1, pid: 1, hostname: 'h', name: 'n', msg: 'Docker is away', socket: '/x' }));
      console.log('plain \\u001b[31mred');
      setInterval(() => {}, 1000);`);
    await until('it said both', () => said.includes('red') && said.includes('away'));
    expect(said).toContain('podlapse: warning: agent: Docker is away socket=/x\n');
    expect(said).toContain('podlapse: agent: plain \u{fffd}[31mred\n');
  });

  it('is asked to end, and killed if it does not', async () => {
    const polite = keep(
      `process.stdin.on('close', () => process.exit(0)).resume(); console.log('up'); setInterval(() => {}, 1000);`,
    );
    await until('it is up', () => said.includes('up'));
    await polite.stop();
    const stubborn = keep(`console.log('there'); setInterval(() => {}, 1000);`);
    await until('it is up', () => said.includes('there'));
    await stubborn.stop();
    expect(said).not.toContain('started again');
  });
});
