import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { restartRecords } from '../../../timeline/reports/restart-records.ts';
import { DEED_KINDS, tellHistory } from '../../support/pod-history.ts';
import { POD } from '../../support/recorded-events.ts';

const HEARD_AT = '2026-03-01T10:00:00Z';

const histories = fc
  .array(
    fc.record({
      kind: fc.oneof(fc.constant('docker-restart' as const), fc.constantFrom(...DEED_KINDS)),
      ranMs: fc.constantFrom(5_000, 60_000),
      downMs: fc.constantFrom(1_000, 2_000),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .chain((deeds) => fc.subarray([...tellHistory(deeds).events]));

describe('the records of restarts', () => {
  it('are one for each restart, told apart by time and container, whatever part of the history is known', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const timeline = reconstruct('lab', POD.uid, events);
        if (timeline === undefined) return;
        const records = restartRecords(timeline, HEARD_AT);
        expect(records).toHaveLength(timeline.restarts.length);
        const identities = records.map(({ at, container, to }) => JSON.stringify([at, container, to]));
        expect(new Set(identities).size).toBe(records.length);
        for (const [index, { at, atSeen }] of records.entries()) {
          if (atSeen) expect(at).toBe(timeline.restarts[index]?.at);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
