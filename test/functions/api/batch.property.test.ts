import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBatch } from '../../../functions/api/batch.ts';
import { nestsDeeper } from '../../../functions/api/json-depth.ts';
import { findJsonFault } from '../../../functions/api/json-fault.ts';
import { Problem } from '../../../functions/api/problem.ts';
import { eventId, recordedEvent } from '../../../timeline/contract/event.ts';
import { arbitraryOf } from '../../support/arbitrary-of-schema.ts';

/** Events that the schemas take, with the ids that follow. */
const events = arbitraryOf(recordedEvent)
  .map((value) => recordedEvent.safeParse(value).data)
  .filter((event) => event !== undefined)
  .map((event) => ({ ...event, id: eventId(event) }))
  .filter((event) => event.id.length <= 253);
const rubbish = fc.oneof(fc.jsonValue(), fc.record({ source: fc.constantFrom('pod', 'docker', 'x') }));

describe('a batch of anything', () => {
  it('is divided into the good ones and the bad ones, none lost and none twice', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(events, rubbish), { maxLength: 8 }), (entries) => {
        const good = entries.filter((entry) => {
          const parsed = recordedEvent.safeParse(entry);
          return parsed.success && eventId(parsed.data) === parsed.data.id;
        });
        for (const batch of [
          parseBatch(entries.map((entry) => JSON.stringify(entry)).join('\n'), 'ndjson'),
          parseBatch(JSON.stringify({ events: entries }), 'envelope'),
        ]) {
          expect(batch.events).toEqual(JSON.parse(JSON.stringify(good)));
          expect(batch.events.length + batch.rejected.length).toBe(entries.length);
          for (const { reason } of batch.rejected) expect(reason.length).toBeLessThanOrEqual(500);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of any text is parsed or refused with a problem, never otherwise', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json()),
        fc.constantFrom('ndjson', 'envelope', undefined),
        (text, form) => {
          try {
            parseBatch(text, form);
          } catch (error) {
            expect(error).toBeInstanceOf(Problem);
          }
        },
      ),
    );
  });
});

describe('the fault of a JSON text', () => {
  it('is found exactly where JSON.parse finds one', () => {
    const mutilated = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([json, at, put]) => {
      const position = at % (json.length + 1);
      return json.slice(0, position) + put + json.slice(position + 1);
    });
    fc.assert(
      fc.property(fc.oneof(mutilated, fc.json(), fc.string()), (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(findJsonFault(text) === undefined).toBe(valid);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never before the text that is still right', () => {
    expect(findJsonFault('{"a": 1, "b": 01}')).toEqual({ line: 1, position: 15 });
    expect(findJsonFault('{"a": "x\\q"}')).toEqual({ line: 1, position: 9 });
    expect(findJsonFault('[1,\n 2,\n]')).toEqual({ line: 3, position: 1 });
  });
});

describe('the depth of a JSON text', () => {
  it('is that of the value', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 6 }), (value, max) => {
        expect(nestsDeeper(JSON.stringify(value), max)).toBe(depthOf(value) > max);
      }),
      { numRuns: 500 },
    );
  });
});
