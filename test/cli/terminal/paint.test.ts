import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookOfCause, paintTimeline } from '../../../cli/terminal/paint.ts';
import { colourStyle, plainStyle } from '../../../cli/terminal/style.ts';
import { renderText } from '../../../timeline/render/text.ts';
import { renderWorkloadText } from '../../../timeline/render/workload-text.ts';
import { arbitraryOf } from '../../support/arbitrary-of-schema.ts';
import { type Timeline, timeline } from '../../../timeline/contract/timeline.ts';
import { type WorkloadTimeline, workloadTimeline } from '../../../timeline/contract/workload-timeline.ts';

const withoutColours = (text: string) => text.replaceAll(/\u001b\[\d+m/g, '');

describe('a painted timeline', () => {
  it('says what it said, and has no escapes but those of its colours, whatever it tells of', () => {
    const texts = fc.oneof(
      arbitraryOf(timeline).map((account) => renderText(account as Timeline, 80)),
      arbitraryOf(workloadTimeline).map((account) => renderWorkloadText(account as WorkloadTimeline, 80)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(text).not.toContain('\u001b');
        expect(withoutColours(paintTimeline(text, colourStyle))).toBe(text);
        expect(paintTimeline(text, plainStyle)).toBe(text);
      }),
    );
  });

  it('shows what is wrong in red, and what came from outside in yellow', () => {
    expect(['oom-killed', 'removed-externally', 'unknown'].map(lookOfCause)).toEqual([
      'red',
      'yellow',
      'dim',
    ]);
    expect(paintTimeline('shop/web\n1  app  oom-killed  NO', colourStyle).split('\n')[1]).toBe(
      '1  app  \u001b[31moom-killed\u001b[39m  \u001b[31mNO\u001b[39m',
    );
  });

  it('leaves alone what only looks like a word of its own', () => {
    expect(paintTimeline('shop/web\n1  oom-killed-7d4b/x  NOON', colourStyle).split('\n')[1]).toBe(
      '1  oom-killed-7d4b/x  NOON',
    );
  });
});
