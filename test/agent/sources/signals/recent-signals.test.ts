import { expect, test } from 'vitest';
import { RecentSignals } from '../../../../agent/sources/signals/recent-signals.ts';

const got = (atMs: number, signal = 15, sender = 'runc') => ({
  atMs,
  signal,
  sender,
  byKernel: false,
  ignored: false,
});

test('keeps what each process got, the newest of each kind, in order', () => {
  const recent = new RecentSignals();
  recent.add(1, got(10));
  recent.add(2, got(20, 9));
  recent.add(1, got(30, 9));
  recent.add(1, got(40));

  expect(recent.between(1, 0, 100)).toEqual([got(30, 9), got(40)]);
  expect(recent.between(1, 35, 100)).toEqual([got(40)]);
  expect(recent.between(2, 0, 15)).toEqual([]);
  expect(recent.between(3, 0, 100)).toEqual([]);
});

test('forgets what is old, and keeps what came since', () => {
  const recent = new RecentSignals();
  recent.add(1, got(10));
  recent.add(2, got(20));
  recent.add(1, got(30));
  recent.forgetBefore(25);

  expect(recent.between(1, 0, 100)).toEqual([got(30)]);
  expect(recent.between(2, 0, 100)).toEqual([]);
});

test('is bounded, however many signals, senders and processes there are', () => {
  const recent = new RecentSignals();
  for (let ms = 0; ms < 1_000; ms += 1) recent.add(1, got(ms, 15, `sender-${ms}`));
  expect(recent.between(1, 0, 1_000)).toHaveLength(16);
  expect(recent.between(1, 0, 1_000).at(-1)).toEqual(got(999, 15, 'sender-999'));

  for (let pid = 2; pid < 10_000; pid += 1) recent.add(pid, got(1_000));
  expect(recent.between(1, 0, 1_000)).toEqual([]);
  expect(recent.between(9_999, 0, 1_000)).toHaveLength(1);
  // From when on it knows all is known.
  expect(recent.wholeSinceMs).toBe(1_001);
});
