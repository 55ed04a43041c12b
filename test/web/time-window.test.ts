import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { around, pan, readWindow, windowParams, zoom } from '../../web/pod/time-window.ts';

const limit = { fromMs: 0, toMs: 1_000_000 };
const window = fc
  .tuple(fc.integer({ min: 0, max: 999_000 }), fc.integer({ min: 20, max: 1_000_000 }))
  .map(([fromMs, length]) => ({ fromMs, toMs: Math.min(limit.toMs, fromMs + length) }));

describe('the stretch of time that is shown', () => {
  it('keeps the moment under the pointer where it is while it zooms', () => {
    const zoomed = zoom({ fromMs: 400_000, toMs: 600_000 }, 0.5, 450_000, limit);
    expect(zoomed).toEqual({ fromMs: 425_000, toMs: 525_000 });
  });

  it('never leaves the limit, never turns over, and is never shorter than can be told apart', () => {
    const act = fc.tuple(
      fc.constantFrom('zoom', 'pan', 'around'),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
    );
    fc.assert(
      fc.property(window, fc.array(act), (start, acts) => {
        let shown = start;
        for (const [kind, by] of acts) {
          if (kind === 'zoom') shown = zoom(shown, by, shown.fromMs, limit);
          else if (kind === 'pan') shown = pan(shown, (by - 50) * 10_000, limit);
          else shown = around(shown, limit);
          expect(shown.fromMs).toBeGreaterThanOrEqual(limit.fromMs - 1e-6);
          expect(shown.toMs).toBeLessThanOrEqual(limit.toMs + 1e-6);
          expect(shown.toMs - shown.fromMs).toBeGreaterThan(19);
        }
      }),
    );
  });

  it('comes back from the URL as it was put there; what is no stretch there is none', () => {
    fc.assert(
      fc.property(window, (shown) => {
        const { from, to } = windowParams(shown);
        expect(readWindow(new URLSearchParams({ from: from ?? '', to: to ?? '' }))).toEqual(shown);
      }),
    );
    for (const query of ['', 'from=x&to=y', 'from=2026-03-01T10:00:00Z', 'from=2026-03-02&to=2026-03-01']) {
      expect(readWindow(new URLSearchParams(query))).toBeUndefined();
    }
  });
});
