import { describe, expect, test } from 'vitest';
import { continuityOf, RING_SIZE } from '../../../agent/sources/docker-continuity.ts';
import {
  nanoOfMs,
  parseDockerMessage,
  RecentMessages,
  secondsOf,
} from '../../../agent/sources/docker-message.ts';

const GAP_AT = 1_000_000_000_000n;
const message = (nano: bigint, id = 'c') => ({ Action: 'die', Actor: { ID: id }, timeNano: String(nano) });
const after = (count: number) =>
  Array.from({ length: count }, (_, index) => message(GAP_AT + BigInt(index), 'new'));

function seen(...messages: ReturnType<typeof message>[]): RecentMessages {
  const recent = new RecentMessages();
  for (const one of messages) recent.add(one);
  return recent;
}

describe('what a gap has cost', () => {
  const last = message(GAP_AT - 5n);

  test.each([
    ['nothing, if the ring holds what was seen last', [last, ...after(3)], seen(last), 'resumed'],
    [
      'nothing, if the ring reaches back before the gap',
      [message(1n, 'other'), ...after(3)],
      seen(),
      'resumed',
    ],
    ['all of it, if the ring is new: the daemon was restarted', after(3), seen(last), 'docker-restarted'],
    ['all of it, if the ring is empty', [], seen(last), 'docker-restarted'],
    ['unknown, if the ring has run over', after(RING_SIZE), seen(last), 'docker-unreachable'],
    ['unknown, if nothing was ever seen', after(3), seen(), 'docker-unreachable'],
  ])('%s', (_, ring, recent, continuity) => {
    expect(continuityOf(ring, recent, GAP_AT)).toBe(continuity);
  });
});

describe('a message of the Engine', () => {
  test('keeps all digits of its time', () => {
    expect(parseDockerMessage('{"time":1795500951,"timeNano":1795500951346929994}')).toEqual({
      time: 1795500951,
      timeNano: '1795500951346929994',
    });
  });

  test('cannot fool it with a label that looks like a time', () => {
    const attributes = { 'a"timeNano":1': '"timeNano":2', timeNano: '3' };

    expect(
      parseDockerMessage(
        JSON.stringify({ Actor: { Attributes: attributes } }).replace(/}$/, ',"timeNano":4}'),
      ),
    ).toEqual({ Actor: { Attributes: attributes }, timeNano: '4' });
  });

  test.each(['', '{"Action":', '[]', '7', 'null'])('that is %j is none', (line) => {
    expect(parseDockerMessage(line)).toBeUndefined();
  });
});

describe('the messages seen last', () => {
  test('are known again, as many as were asked for', () => {
    const recent = new RecentMessages(2);
    for (const nano of [1n, 2n, 3n]) recent.add(message(nano));

    expect([1n, 2n, 3n].map((nano) => recent.has(message(nano)))).toEqual([false, true, true]);
  });

  test('tell the newest time, in whatever order they came', () => {
    expect(seen(message(9n), message(20n), message(10n)).newestNano).toBe(20n);
    expect(seen().newestNano).toBeUndefined();
  });
});

test.each([
  [1795500951346929994n, '1795500951.346929994'],
  [5n, '0.000000005'],
  [nanoOfMs(1_795_500_951_346), '1795500951.346000000'],
])('%d nanoseconds are %s seconds', (nano, seconds) => {
  expect(secondsOf(nano)).toBe(seconds);
});
