import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSE_LOOKS } from '../../timeline/render/cause-palette.ts';
import { PALETTE } from '../../timeline/render/palette.ts';
import { REPLACEMENT_TONES } from '../../timeline/render/workload-palette.ts';

const read = (path: string) => readFileSync(new URL(`../../web/${path}`, import.meta.url), 'utf8');
const light = /:root \{([^}]*)\}/.exec(read('app/tokens.css'))?.[1] ?? '';
const token = (name: string) => new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}),`).exec(light)?.[1];

describe('the colours of the page', () => {
  it('are, in light, those of the drawings', () => {
    expect(token('running')).toBe(PALETTE.running);
    expect(token('completed')).toBe(PALETTE.ended);
    expect(token('failed')).toBe(PALETTE.failed);
    expect(token('killed')).toBe(PALETTE.killed);
    expect(token('unknown')).toBe(PALETTE.unknown);
    expect(token('sandbox')).toBe(PALETTE.sandbox);
  });

  it('are there for every tone of a cause, and of the end of a pod', () => {
    const chart = read('chart/chart.css');
    for (const { tone } of Object.values(CAUSE_LOOKS)) expect(chart).toContain(`--tone-${tone}: `);
    const workload = read('workload/workload.css');
    for (const tone of Object.values(REPLACEMENT_TONES)) expect(workload).toContain(`.tone-${tone} {`);
  });
});
