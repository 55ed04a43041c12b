import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OptionSpecs } from '../../../cli/command-line/spec.ts';
import { COMMANDS } from '../../../cli/commands/specs.ts';
import { restartReport } from '../../../timeline/contract/report.ts';
import { cause } from '../../../timeline/contract/timeline.ts';
import { CAUSES, DIMENSIONS, ORDERS } from '../../../timeline/contract/words.ts';

describe('the words of the program', () => {
  it('are those of the contract', () => {
    expect(CAUSES).toEqual(Object.values(cause.def.entries));
    expect(DIMENSIONS).toEqual(Object.values(restartReport.shape.by.def.element.def.entries));
    expect(ORDERS).toEqual(Object.values(restartReport.shape.order.def.entries));
  });

  it('are loaded without the schemas, which would double the time to start', () => {
    const file = new URL('../../../timeline/contract/words.ts', import.meta.url);
    expect(readFileSync(file, 'utf8')).not.toMatch(/^import\b/m);
  });

  it('mean the same in every command: an option has a value in all of them or in none', () => {
    const kinds = new Map<string, Set<string>>();
    for (const { options } of Object.values(COMMANDS)) {
      for (const [name, option] of Object.entries(options as OptionSpecs)) {
        const kind = `${option.short ?? ''} ${option.value === undefined ? 'switch' : 'value'}`;
        kinds.set(name, (kinds.get(name) ?? new Set()).add(kind));
      }
    }
    expect([...kinds].filter(([, some]) => some.size > 1)).toEqual([]);
  });
});
