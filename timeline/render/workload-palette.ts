import type { ReplacementCause } from '../contract/workload-timeline.ts';
import { PALETTE } from './palette.ts';
import { element, label } from './svg-elements.ts';

/** Wanted changes in green, what was done to the pods in pink, what went wrong in orange, the rest grey. */
export const REPLACEMENT_TONES: Readonly<
  Record<ReplacementCause, 'sandbox' | 'killed' | 'failed' | 'counted' | 'unknown'>
> = {
  rollout: 'sandbox',
  scaled: 'sandbox',
  deleted: 'killed',
  drained: 'killed',
  preempted: 'killed',
  evicted: 'failed',
  'node-lost': 'failed',
  rejected: 'failed',
  completed: 'counted',
  unknown: 'unknown',
};

export function replacementColour(cause: ReplacementCause): string {
  return PALETTE[REPLACEMENT_TONES[cause]];
}

/** Colours on which white text could not be read. */
const LIGHT_GROUNDS: ReadonlySet<string> = new Set([PALETTE.killed, PALETTE.unknown]);

/** A numbered badge, square so that it is not taken for a restart of a container. */
export function badgeOf(x: number, y: number, number: number, cause: ReplacementCause): string {
  const width = number > 9 ? 18 : 15;
  const shape = element('rect', {
    x: x - width / 2,
    y: y - 7.5,
    width,
    height: 15,
    rx: 3,
    fill: replacementColour(cause),
  });
  const text = label(x, y + 3.5, String(number), {
    'text-anchor': 'middle',
    fill: LIGHT_GROUNDS.has(replacementColour(cause)) ? PALETTE.ink : PALETTE.ground,
    'font-weight': 700,
    'font-size': 10,
  });
  return shape + text;
}
