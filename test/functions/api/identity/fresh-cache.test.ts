import { describe, expect, it } from 'vitest';
import { createFreshCache } from '../../../../functions/api/identity/fresh-cache.ts';

function rig(answers: (key: string) => string | undefined, maxEntries = 2) {
  const state = { nowMs: 0, loaded: [] as string[] };
  const cache = createFreshCache({
    load: async (key) => {
      state.loaded.push(key);
      return answers(key);
    },
    clock: () => state.nowMs,
    maxAgeMs: 1_000,
    maxEntries,
  });
  return { state, cache };
}

describe('what is remembered for a while', () => {
  it('is loaded once, for those who ask at once too, and anew when it is old', async () => {
    const { state, cache } = rig((key) => key.toUpperCase());
    expect(await Promise.all([cache.get('a'), cache.get('a')])).toEqual(['A', 'A']);
    state.nowMs = 999;
    await cache.get('a');
    expect(state.loaded).toEqual(['a']);
    state.nowMs = 1_000;
    await cache.get('a');
    expect(state.loaded).toEqual(['a', 'a']);
  });

  it('is not that there was nothing', async () => {
    const { state, cache } = rig(() => undefined);
    await cache.get('a');
    await cache.get('a');
    expect(state.loaded).toEqual(['a', 'a']);
  });

  it('is not a failure, which those who asked are told', async () => {
    let fails = true;
    const { cache } = rig(() => {
      if (fails) throw new Error('away');
      return 'A';
    });
    await expect(cache.get('a')).rejects.toThrow('away');
    fails = false;
    expect(await cache.get('a')).toBe('A');
  });

  it('is bounded: the oldest is forgotten first', async () => {
    const { state, cache } = rig((key) => key);
    for (const key of ['a', 'b', 'c', 'b', 'a']) await cache.get(key);
    expect(state.loaded).toEqual(['a', 'b', 'c', 'a']);
  });
});
