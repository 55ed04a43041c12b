import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTraceLine } from '../../../../agent/sources/signals/trace-line.ts';

const BY_RUNC =
  '            runc-11522   [001] dN.1. 26524.539102: signal_generate: sig=9 errno=0 code=0 comm=sh pid=11496 grp=1 res=0';

test('says who sent what to whom, and when', () => {
  expect(readTraceLine(BY_RUNC)).toEqual({
    kind: 'signal',
    atMicros: 26_524_539_102,
    signal: 9,
    pid: 11_496,
    senderPid: 11_522,
    sender: 'runc',
    byKernel: false,
    ignored: false,
  });
});

test.each([
  [
    'a name with blanks and dashes',
    BY_RUNC.replace('            runc', '  tini -- a-42 b'),
    { sender: 'tini -- a-42 b' },
  ],
  [
    'a name that the kernel forgot',
    BY_RUNC.replace('            runc', '           <...>'),
    { sender: undefined },
  ],
  ['the kernel, for want of memory', BY_RUNC.replace('code=0', 'code=128'), { byKernel: true }],
  ['SIGKILL of a first process from within', BY_RUNC.replace('res=0', 'res=1'), { ignored: true }],
  ['one that another was ahead of', BY_RUNC.replace('res=0', 'res=2'), { ignored: false }],
  [
    'a target whose name looks like the rest',
    BY_RUNC.replace('comm=sh', 'comm=x pid=1 grp=1'),
    { pid: 11_496 },
  ],
])('reads %s', (_, line, facts) => {
  expect(readTraceLine(line)).toMatchObject(facts);
});

test.each([
  ['the kernel overwrote some', 'CPU:1 [LOST 4711 EVENTS]'],
  ['a name broke the line', BY_RUNC.slice(0, 80)],
  ['a name broke the line, and this is its end', BY_RUNC.slice(90)],
])('knows that something is lost where %s', (_, line) => {
  expect(readTraceLine(line)).toEqual({ kind: 'lost' });
});

test('takes no process for another, whatever names they give themselves', () => {
  const comm = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 15 })
    .filter((name) => !name.includes('\0'));
  fc.assert(
    fc.property(comm, comm, (sender, target) => {
      const told = `${sender.padStart(16)}-7 [000] d..1. 12.000003: signal_generate: sig=15 errno=0 code=0 comm=${target} pid=42 grp=1 res=0`;
      const lines = told.split('\n').map(readTraceLine);
      expect(lines.length).toBeGreaterThan(0);
      for (const read of lines) {
        if (read?.kind === 'signal')
          expect(read).toMatchObject({ pid: 42, senderPid: 7, signal: 15, atMicros: 12_000_003 });
      }
    }),
  );
});
