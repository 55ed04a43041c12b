import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { churnTrace } from '../../../bench/trace.ts';
import { UnreadableItemError } from '../../../functions/store/errors.ts';
import { inOrder } from '../../../functions/store/event-order.ts';
import { bucketOf, packKey } from '../../../functions/store/keys/pack-key.ts';
import { packByTime, packItem, unpackItem } from '../../../functions/store/pack.ts';
import { PACK_DICTIONARY } from '../../../functions/store/pack-dictionary.ts';
import { recordedEvent } from '../../../timeline/contract/event.ts';
import { arbitraryOf } from '../../support/arbitrary-of-schema.ts';
import { createHash } from 'node:crypto';

const trace = churnTrace({
  pods: 1,
  restartsPerPod: 30,
  startAt: '2026-03-01T10:00:00.000Z',
  restartEveryMs: 170_000,
  seed: 'pack',
});

describe('a pack', () => {
  it('gives back the events that were put in, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(arbitraryOf(recordedEvent), { minLength: 1, maxLength: 5 }), (values) => {
        const events = values
          .map((value) => recordedEvent.safeParse(value))
          .flatMap(({ data }) => data ?? []);
        const back = packByTime(events).flatMap((pack) => unpackItem(packItem('pk', pack.sortKey, pack)));
        expect(back).toEqual(JSON.parse(JSON.stringify(inOrder(events))));
      }),
      { numRuns: 200 },
    );
  });

  it('is the same for the same events in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...trace], { minLength: trace.length }), (shuffled) => {
        const keys = (events: typeof trace) => packByTime(events).map((pack) => pack.sortKey);
        expect(keys(shuffled)).toEqual(keys(trace));
      }),
      { numRuns: 20 },
    );
  });

  it('never reaches beyond an hour of the clock, and its key says which', () => {
    const packs = packByTime(trace);
    expect(packs.length).toBe(2);
    for (const pack of packs) {
      const buckets = new Set(pack.events.map((event) => bucketOf(event.occurredAt)));
      expect(buckets.size).toBe(1);
      expect(packKey.parse(pack.sortKey)?.firstAt).toBe(pack.events[0]?.occurredAt);
      expect(pack.sortKey.startsWith(`E#${[...buckets][0]}`)).toBe(true);
    }
  });

  it('of one restart takes less than one write unit', () => {
    const [pack] = packByTime(trace.slice(6, 16));
    expect(pack?.events.length).toBe(10);
    expect((pack?.data.length ?? 0) + 150).toBeLessThan(1024);
  });

  it('of another version is refused, not misread', () => {
    const [pack] = packByTime(trace.slice(0, 3));
    const item = { ...packItem('pk', pack!.sortKey, pack!), v: { N: '2' } };
    expect(() => unpackItem(item)).toThrow(UnreadableItemError);
    expect(() =>
      unpackItem({ ...packItem('pk', pack!.sortKey, pack!), data: { B: new Uint8Array([1, 2, 3]) } }),
    ).toThrow(UnreadableItemError);
  });

  it('of version 1 is read with the dictionary of version 1, byte for byte', () => {
    expect(createHash('sha256').update(PACK_DICTIONARY).digest('hex')).toBe(
      'ed76834d7704201d11012504033a095737f79fee8709eb6ae7b8d26ff4ea5966',
    );
  });
});
