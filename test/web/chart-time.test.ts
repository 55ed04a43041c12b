import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brushedSpan } from '../../web/chart/brush.ts';
import { placeLabels } from '../../web/chart/place-labels.ts';
import { sayBin, saySpan } from '../../web/chart/say-bin.ts';
import { createTimeScale, sayTick } from '../../web/chart/time-scale.ts';
import { timeTicks } from '../../web/chart/time-ticks.ts';

const ms = (time: string) => Date.parse(time);
const span = (from: string, to: string) => ({ fromMs: ms(from), toMs: ms(to) });
const said = (from: string, to: string, most: number) =>
  timeTicks(span(from, to), most).map((atMs) => sayTick(new Date(atMs)).text);

describe('the ticks of a time axis', () => {
  it('are round moments of the clock, and the day where one begins', () => {
    expect(said('2026-11-23T22:10:00Z', '2026-11-24T02:10:00Z', 5)).toEqual([
      '23:00',
      '24 Nov',
      '01:00',
      '02:00',
    ]);
    expect(said('2026-11-24T07:14:44Z', '2026-11-24T07:14:51Z', 8)).toContain('07:14:45');
    expect(said('2026-11-24T07:14:44.000Z', '2026-11-24T07:14:44.020Z', 2)).toEqual([
      '07:14:44',
      '.010',
      '.020',
    ]);
  });

  it('are Mondays where weeks are told, and firsts of months and years where those are', () => {
    expect(said('2026-11-01T00:00:00Z', '2026-11-30T00:00:00Z', 5)).toEqual([
      '2 Nov',
      '9 Nov',
      '16 Nov',
      '23 Nov',
      '30 Nov',
    ]);
    expect(said('2026-10-15T00:00:00Z', '2027-03-10T00:00:00Z', 6)).toEqual([
      '1 Nov',
      '1 Dec',
      '2027',
      '1 Feb',
      '1 Mar',
    ]);
    expect(said('1999-06-01T00:00:00Z', '2031-01-01T00:00:00Z', 4)).toEqual(['2000', '2010', '2020', '2030']);
  });

  it('lie within the span, in order, and are never more than there is room for, but by the one at the edge', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 1, max: 1e12 }),
        fc.integer({ min: 2, max: 40 }),
        (fromMs, length, most) => {
          const ticks = timeTicks({ fromMs, toMs: fromMs + length }, most);
          expect(ticks.length).toBeLessThanOrEqual(most + 1);
          expect(ticks.every((atMs) => atMs >= fromMs && atMs <= fromMs + length)).toBe(true);
          expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
        },
      ),
    );
  });
});

describe('a time scale', () => {
  const scale = createTimeScale(span('2026-11-24T00:00:00Z', '2026-11-24T10:00:00Z'), 40, 1040);

  it('puts moments to scale, and those outside at the edge', () => {
    expect(scale.x(ms('2026-11-24T05:00:00Z'))).toBe(540);
    expect(scale.x(ms('2026-11-23T05:00:00Z'))).toBe(40);
    expect(scale.x(ms('2026-11-25T05:00:00Z'))).toBe(1040);
    expect(scale.at(540)).toBe(ms('2026-11-24T05:00:00Z'));
    expect(scale.at(-5)).toBe(ms('2026-11-24T00:00:00Z'));
  });

  it('gives the stretch that was dragged over, from either side, and none for a click', () => {
    const hour = span('2026-11-24T01:00:00Z', '2026-11-24T02:00:00Z');
    expect(brushedSpan(scale, 140, 240)).toEqual(hour);
    expect(brushedSpan(scale, 240, 140)).toEqual(hour);
    expect(brushedSpan(scale, 140, 143)).toBeUndefined();
  });

  it('gives no stretch that is too short to be looked at', () => {
    const close = createTimeScale({ fromMs: 0, toMs: 2000 }, 0, 1000);
    expect(brushedSpan(close, 100, 110)).toEqual({ fromMs: 200, toMs: 1200 });
  });
});

describe('the labels of a time axis', () => {
  const tick = (x: number, text: string) => ({ x, text, strong: false });

  it('stay within the chart, and do not cover one another', () => {
    const labels = placeLabels({
      left: 0,
      right: 200,
      ticks: [tick(0, '10:02:59'), tick(90, '.200'), tick(170, '.800'), tick(200, '10:03:01')],
    });
    expect(labels.map(({ text }) => text)).toEqual(['10:02:59', '.200', '.800']);
    expect(labels[0]?.x).toBeGreaterThan(20);
  });
});

describe('a bar in words', () => {
  it('names its time once, and its layers in their order', () => {
    const bin = {
      ...span('2026-11-24T07:00:00Z', '2026-11-24T07:05:00Z'),
      counts: new Map([
        ['oom-killed', 1],
        ['exited', 2],
      ]),
    };
    expect(sayBin(bin, ['exited', 'oom-killed'])).toBe(
      '2026-11-24 07:00 to 07:05: 3 restarts: 2 exited, 1 oom-killed',
    );
    expect(sayBin({ ...bin, counts: new Map() }, [])).toBe('2026-11-24 07:00 to 07:05: 0 restarts');
  });

  it('names both days where there are two, and seconds only of short stretches', () => {
    expect(saySpan(span('2026-11-23T07:00:12Z', '2026-11-24T07:00:12Z'))).toBe(
      '2026-11-23 07:00 to 2026-11-24 07:00',
    );
    expect(saySpan(span('2026-11-24T07:00:12Z', '2026-11-24T07:01:00Z'))).toBe(
      '2026-11-24 07:00:12 to 07:01',
    );
  });
});
