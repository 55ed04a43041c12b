import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { pattern } from '../../../timeline/contract/pattern.ts';
import { timeline } from '../../../timeline/contract/timeline.ts';
import { findPatterns } from '../../../timeline/patterns/find-patterns.ts';
import { renderSvg } from '../../../timeline/render/svg.ts';
import { renderText } from '../../../timeline/render/text.ts';
import { BAD_COORDINATE } from '../../support/drawing.ts';
import { arbitraryTimeline } from '../../support/arbitrary-timeline.ts';

describe('findPatterns, given anything that the schema accepts', () => {
  it('gives patterns that their schema accepts, that name restarts and phases that are there, and that can be drawn', () => {
    let kinds = 0;
    fc.assert(
      fc.property(arbitraryTimeline, (account) => {
        const patterns = findPatterns(account);
        kinds += patterns.length;
        expect(z.array(pattern).safeParse(patterns).error?.issues).toBeUndefined();
        for (const { from, to, restarts, phases = [], container } of patterns) {
          expect(from <= to || Date.parse(from) <= Date.parse(to)).toBe(true);
          for (const index of restarts) expect(account.restarts[index]?.container).toBe(container);
          for (const index of phases) expect(account.phases[index]).toBeDefined();
        }
        const told = { ...account, patterns };
        expect(timeline.safeParse(told).error?.issues).toBeUndefined();
        expect(renderText(told)).toContain('cluster');
        expect(renderSvg(told)).not.toMatch(BAD_COORDINATE);
      }),
      { numRuns: 500, interruptAfterTimeLimit: 20_000 },
    );
    expect(kinds).toBeGreaterThan(0);
  });
});
