import { describe, expect, test } from 'vitest';
import { createTrim } from '../../../agent/trim/trim.ts';
import type { CriEvent } from '../../../timeline/contract/cri-event.ts';
import { secretiveEnd } from '../../support/secretive-objects.ts';

const received = { signal: 9, timeNano: '1789999999999000000', sender: 'kill', byKernel: false };

function signalsIn(signals: unknown): CriEvent['signals'] {
  const trim = createTrim({ agent: { instance: 'a', role: 'all' } });
  const [event] = trim({
    at: '2026-01-31T08:00:10Z',
    source: 'cri',
    raw: { ...secretiveEnd, signals },
  });
  if (event?.source !== 'cri') throw new Error('the end was left out');
  expect(event).toMatchObject({ action: 'die', exitCode: 137 });
  return event.signals;
}

describe('the signals before an end of a container', () => {
  test('are told with when, and by whom', () => {
    expect(signalsIn({ sinceNano: '1789999990000000000', received: [received] })).toEqual({
      since: '2026-09-21T14:13:10.000000000Z',
      received: [{ signal: 9, at: '2026-09-21T14:13:19.999000000Z', sender: 'kill', byKernel: false }],
    });
  });

  test('are told where there were none', () => {
    expect(signalsIn({ sinceNano: '1789999990000000000', received: [] })?.received).toEqual([]);
  });

  test('keep a sender back whose name could write on a terminal, and tell the rest', () => {
    const told = signalsIn({
      sinceNano: '1789999990000000000',
      received: [{ ...received, sender: 'a\u001B[2J' }],
    });
    expect(told?.received).toEqual([{ signal: 9, at: '2026-09-21T14:13:19.999000000Z', byKernel: false }]);
  });

  test.each([
    ['no object', 'SIGKILL'],
    ['without a beginning', { received: [received] }],
    ['without a list', { sinceNano: '1789999990000000000' }],
    ['with an odd one', { sinceNano: '1789999990000000000', received: [received, { signal: 'KILL?' }] }],
    ['too many', { sinceNano: '1789999990000000000', received: Array.from({ length: 17 }, () => received) }],
  ])('are left out, and the end is told, where they are %s', (_, signals) => {
    expect(signalsIn(signals)).toBeUndefined();
  });
});
