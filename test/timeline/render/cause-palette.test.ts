import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../timeline/contract/words.ts';
import { CAUSE_LOOKS, CAUSE_ORDER, isCause, lookOf } from '../../../timeline/render/cause-palette.ts';

describe('the looks of causes', () => {
  it('are one for each cause, and no two alike', () => {
    expect(CAUSE_ORDER.toSorted()).toEqual(CAUSES.toSorted());
    const looks = Object.values(CAUSE_LOOKS).map(({ tone, texture }) => `${tone} ${texture}`);
    expect(new Set(looks).size).toBe(CAUSES.length);
  });

  it('put causes of one colour beside one another', () => {
    const tones = CAUSE_ORDER.map((cause) => CAUSE_LOOKS[cause].tone);
    const changes = tones.filter((tone, index) => tone !== tones[index - 1]);
    expect(changes).toEqual([...new Set(tones)]);
  });

  it('take a cause that is not known yet for unknown', () => {
    expect(lookOf('struck-by-lightning')).toEqual(CAUSE_LOOKS.unknown);
    expect(isCause('constructor')).toBe(false);
  });
});
