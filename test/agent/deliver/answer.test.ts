import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../../agent/deliver/answer.ts';

const NOW = Date.parse('2026-01-31T08:00:00Z');

describe('an HTTP answer', () => {
  test.each<[status: number, body: string, kind: string]>([
    [200, '{"accepted":1,"duplicates":0,"rejected":[]}', 'stored'],
    [200, '{"accepted":1}', 'unavailable'],
    [200, 'not JSON', 'unavailable'],
    [204, '', 'refused'],
    [301, '', 'refused'],
    [400, '', 'unreadable'],
    [401, '', 'refused'],
    [403, '', 'refused'],
    [404, '', 'refused'],
    [408, '', 'unavailable'],
    [413, '', 'too-large'],
    [415, '', 'refused'],
    [422, '', 'unreadable'],
    [429, '', 'unavailable'],
    [500, '', 'unavailable'],
    [502, '<html>', 'unavailable'],
    [503, '', 'unavailable'],
  ])('%i %s is %s', (status, body, kind) => {
    expect(readAnswer(status, undefined, body, NOW).kind).toBe(kind);
  });

  test.each([
    ['7', 7_000],
    ['Sat, 31 Jan 2026 08:00:30 GMT', 30_000],
    ['Sat, 31 Jan 2026 07:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('with Retry-After %s is tried again after %s ms at the earliest', (retryAfter, ms) => {
    const answer = readAnswer(503, retryAfter, '', NOW);

    expect(answer.kind === 'unavailable' ? answer.retryAfterMs : 'other').toBe(ms);
  });

  test("says what the API's problem document says", () => {
    const body =
      '{"type":"https://podlapse.example/problems/bad-token","title":"Bad token","detail":"expired"}';

    expect(readAnswer(401, undefined, body, NOW)).toEqual({
      kind: 'refused',
      status: 401,
      problem: 'HTTP 401: expired',
    });
  });
});
