import { expect, test } from 'vitest';
import { deadLetterLines, NoSpoolError, readDeadLettersSettings } from '../../agent/dead-letters.ts';
import { startAgentProgram } from '../support/agent-program.ts';

test('are looked for where the agent has its spool', () => {
  expect(readDeadLettersSettings(['--spool-dir', '/s'], {})).toEqual({
    kind: 'settings',
    settings: { spoolDir: '/s' },
  });
  expect(readDeadLettersSettings([], { PODLAPSE_SPOOL_DIR: '/s' })).toMatchObject({
    settings: { spoolDir: '/s' },
  });
  expect(readDeadLettersSettings([], {})).toEqual({
    kind: 'errors',
    errors: [expect.stringMatching(/^--spool-dir \(or PODLAPSE_SPOOL_DIR\) is missing/)],
  });
});

test('of a folder that is not there are an error, and the folder is not made', async () => {
  const read = () => Array.fromAsync(deadLetterLines({ spoolDir: '/nonexistent/spool' }));
  await expect(read()).rejects.toThrow(NoSpoolError);
  await expect(read()).rejects.toThrow(/ENOENT/);
});

test('the command tells what is wrong in one line, and how it is used', async () => {
  const wrong = startAgentProgram('agent/main.ts', ['dead-letters', '--spool-dir', '/nonexistent/spool']);
  const help = startAgentProgram('agent/main.ts', ['dead-letters', '--help']);

  expect([await wrong.ended(), wrong.out]).toEqual([1, '']);
  expect(wrong.err).toMatch(/^error: the spool cannot be read: ENOENT[^\n]*\n$/);
  expect(await help.ended()).toBe(0);
  expect(help.out).toMatch(/^Usage: npm run agent -- dead-letters --spool-dir PATH/);
});
