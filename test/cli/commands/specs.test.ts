import { describe, expect, it } from 'vitest';
import type { OptionSpecs } from '../../../cli/command-line/spec.ts';
import { COMMANDS } from '../../../cli/commands/specs.ts';
import * as vocabulary from '../../../cli/commands/vocabulary.ts';
import { DIMENSIONS, ORDERS } from '../../../timeline/contract/report.ts';
import { CAUSES } from '../../../timeline/contract/timeline.ts';

describe('the words of the program', () => {
  it('are those of the contract', () => {
    expect(vocabulary.CAUSES).toEqual(CAUSES);
    expect(vocabulary.DIMENSIONS).toEqual(DIMENSIONS);
    expect(vocabulary.ORDERS).toEqual(ORDERS);
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
