import { describe, expect, test } from 'vitest';
import { Coverage, type CoverageSettings } from '../../../agent/sources/coverage.ts';

const T0 = Date.parse('2026-01-31T08:00:00Z');
const at = (seconds: number) => T0 + seconds * 1000;
const time = (seconds: number) => new Date(at(seconds)).toISOString();

const PODS: CoverageSettings = { watched: 'pod', gapAfterMs: 10_000, lossToleranceMs: 0 };
const EVENTS: CoverageSettings = { watched: 'event', gapAfterMs: 10_000, lossToleranceMs: 300_000 };

/** One that was listed at second 0 and was good until second 5. */
function watching(settings = PODS): Coverage {
  const coverage = new Coverage(settings);
  coverage.listed(at(0), 'watch-expired');
  coverage.good(at(5));
  return coverage;
}

test('the first list begins the recording at the moment that it shows', () => {
  expect(new Coverage(PODS).listed(at(0), 'watch-expired')).toEqual({
    type: 'recording-began',
    watched: 'pod',
    to: time(0),
  });
});

describe('before the first list', () => {
  test('nothing is stated, whatever happens', () => {
    const coverage = new Coverage(PODS);
    coverage.failed(at(0), 'api-unreachable');
    expect(coverage.gapDueAtMs).toBeUndefined();
    expect([coverage.openGap(), coverage.good(at(1)), coverage.stopped(at(2))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('an absence', () => {
  test('is a gap when it lasts, from the last good moment, for its latest reason', () => {
    const coverage = watching();
    coverage.failed(at(7), 'api-unreachable');
    coverage.failed(at(9), 'unauthorized');
    expect(coverage.gapDueAtMs).toBe(at(17));
    expect(coverage.openGap()).toEqual({
      type: 'gap-opened',
      watched: 'pod',
      from: time(5),
      reason: 'unauthorized',
    });
    expect(coverage.openGap()).toBeUndefined();
    expect(coverage.gapDueAtMs).toBeUndefined();
  });

  test('that is short, and from which the watch goes on, is not worth a word', () => {
    const coverage = watching();
    coverage.failed(at(7), 'api-unreachable');
    expect(coverage.good(at(8))).toBeUndefined();
    expect(coverage.gapDueAtMs).toBeUndefined();
  });

  test('from which the watch goes on lost nothing: its gap closes with no length', () => {
    const coverage = watching();
    coverage.failed(at(7), 'api-unreachable');
    coverage.openGap();
    expect(coverage.good(at(60))).toEqual({
      type: 'gap-closed',
      watched: 'pod',
      from: time(5),
      to: time(5),
      reason: 'resumed',
    });
    expect(coverage.good(at(61))).toBeUndefined();
  });

  test.each([
    ['pods: all of it is lost, even without an open gap', PODS, false, 20, { from: time(5), to: time(20) }],
    ['pods: all of it is lost', PODS, true, 20, { from: time(5), to: time(20) }],
    ['events: they are still there, and no gap is open', EVENTS, false, 20, undefined],
    ['events: they are still there', EVENTS, true, 305, { from: time(5), to: time(5) }],
    ['events: some may be gone', EVENTS, true, 306, { from: time(5), to: time(306) }],
  ])('that ends with a list, of %s', (_title, settings, isOpen, seconds, expected) => {
    const coverage = watching(settings);
    coverage.failed(at(7), 'api-unreachable');
    if (isOpen) coverage.openGap();
    const statement = coverage.listed(at(seconds), 'watch-expired');
    expect(statement).toEqual(
      expected && { type: 'gap-closed', watched: settings.watched, reason: 'watch-expired', ...expected },
    );
  });

  test('never ends before it began, though the clock was set back', () => {
    const coverage = watching();
    expect(coverage.listed(at(-60), 'watch-expired')).toMatchObject({ from: time(5), to: time(5) });
  });
});

describe('the end of the agent', () => {
  test.each([
    ['while it watches: a gap from now', () => {}, { from: time(30) }],
    [
      'while the API fails: a gap from the last good moment',
      (one: Coverage) => one.failed(at(7), 'forbidden'),
      { from: time(5) },
    ],
  ])('%s', (_title, happens, expected) => {
    const coverage = watching();
    happens(coverage);
    expect(coverage.stopped(at(30))).toEqual({
      type: 'gap-opened',
      watched: 'pod',
      reason: 'agent-stopped',
      ...expected,
    });
  });

  test('in a gap adds nothing', () => {
    const coverage = watching();
    coverage.failed(at(7), 'api-unreachable');
    coverage.openGap();
    expect(coverage.stopped(at(30))).toBeUndefined();
  });
});

describe('one that follows another', () => {
  const following = (settings = PODS) => new Coverage(settings, at(5));

  test('says where the other ended and that it goes on from there, if nothing was lost', () => {
    const coverage = following();
    const began = {
      type: 'recording-began',
      watched: 'pod',
      from: time(5),
      to: time(5),
      reason: 'resumed',
    };
    expect(coverage.good(at(90))).toEqual(began);
    expect(coverage.good(at(91))).toBeUndefined();
  });

  test.each([
    ['pods: from where it listed them', PODS, 20, time(20)],
    ['events that are still there: from where the other ended', EVENTS, 20, time(5)],
    ['events of which some may be gone: from where it listed them', EVENTS, 306, time(306)],
  ])('says that it had to list %s', (_title, settings, seconds, to) => {
    expect(following(settings).listed(at(seconds), 'watch-expired')).toEqual({
      type: 'recording-began',
      watched: settings.watched,
      from: time(5),
      to,
      reason: 'watch-expired',
    });
  });

  test('says where the other ended when it cannot watch itself for long, and closes the gap later', () => {
    const coverage = following();
    coverage.failed(at(60), 'api-unreachable');
    coverage.failed(at(65), 'forbidden');
    expect(coverage.gapDueAtMs).toBe(at(70));
    expect(coverage.openGap()).toEqual({
      type: 'recording-began',
      watched: 'pod',
      from: time(5),
      reason: 'forbidden',
    });
    expect(coverage.gapDueAtMs).toBeUndefined();
    expect(coverage.good(at(90))).toMatchObject({ type: 'gap-closed', from: time(5), to: time(5) });
  });

  test('that is stopped before it could watch says where the other ended', () => {
    expect(following().stopped(at(90))).toEqual({
      type: 'recording-began',
      watched: 'pod',
      from: time(5),
      reason: 'agent-stopped',
    });
  });
});
