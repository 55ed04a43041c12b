import { describe, expect, it } from 'vitest';
import type { EndedRunLog } from '../../../agent/logs/ended-run-logs.ts';
import { createRedact } from '../../../agent/redact.ts';
import { createTrim } from '../../../agent/trim/trim.ts';
import { logEvent } from '../../../timeline/contract/log-event.ts';
import { containerId, POD } from '../../support/recorded-events.ts';

const AT = '2026-03-01T10:01:05.000Z';

function aLog(text: string, given: Partial<EndedRunLog> = {}): EndedRunLog {
  return {
    pod: POD,
    container: 'web',
    containerId: containerId('first'),
    startedAt: '2026-03-01T10:00:00Z',
    finishedAt: '2026-03-01T10:01:00Z',
    maxLines: 10,
    maxBytes: 8_192,
    text,
    ...given,
  };
}

function trimmed(log: object, redact = createRedact()) {
  const told: unknown[] = [];
  const trim = createTrim({ agent: { instance: 'a', role: 'all' }, told: (drop) => told.push(drop), redact });
  const [event] = trim({ at: AT, source: 'log', raw: log });
  if (event !== undefined) expect(logEvent.safeParse(event).success).toBe(true);
  return { event, told };
}

const said = (...lines: string[]) => lines.map((line) => `2026-03-01T10:00:59.123456789Z ${line}\n`).join('');
const linesOf = (log: object) => {
  const { event } = trimmed(log);
  return event?.source === 'log' ? event.lines : undefined;
};

describe('trimming a log', () => {
  it('makes of it an event whose id is made of the run', () => {
    expect(trimmed(aLog(said('starting', 'panic: password=x')))).toEqual({
      event: {
        id: `log/${containerId('first')}`,
        source: 'log',
        occurredAt: AT,
        observedAt: AT,
        pod: POD,
        container: 'web',
        containerId: containerId('first'),
        lines: ['starting', 'panic: password=[redacted]'],
        truncated: false,
        redacted: 1,
      },
      told: [],
    });
  });

  it('takes only the lines that were written while the run lasted, in whatever zone they are stamped', () => {
    const text = [
      '2026-03-01T09:59:59.9Z of the run before',
      '2026-03-01T11:00:30+01:00 of this one',
      '2026-03-01T10:01:00.9Z its last word',
      '2026-03-01T10:01:03Z of the next one',
      'unstamped',
    ].join('\n');
    expect(linesOf(aLog(text))).toEqual(['of this one', 'its last word']);
  });

  it('keeps the last lines and the last bytes, and says nothing of a cut where lines are just as many as asked', () => {
    expect(linesOf(aLog(said('1', '2', '3'), { maxLines: 2 }))).toEqual(['2', '3']);
    const { event } = trimmed(aLog(said('a'.repeat(200), 'b'.repeat(200)), { maxBytes: 300 }));
    expect(event).toMatchObject({ lines: ['b'.repeat(200)], truncated: true });
    expect(trimmed(aLog(said('ä'.repeat(500)), { maxBytes: 300 })).event).toMatchObject({
      lines: ['ä'.repeat(100)],
      truncated: true,
    });
  });

  it('takes out what moves a cursor, colours text or hides it, also within a secret’s name', () => {
    const text = said('\u001B[1;31mred\u001B[0m \u001B]0;title\u0007pass\u200B\u001B[0mword=abc\r', 'a\tb');
    expect(linesOf(aLog(text))).toEqual(['red password=[redacted]', 'a\tb']);
  });

  it('makes no event of a log in which nothing is left', () => {
    expect(trimmed(aLog(''))).toEqual({ event: undefined, told: [] });
  });

  it('lets nothing of a log leave when an own pattern takes too long for it', () => {
    const { event, told } = trimmed(aLog(said(`${'a'.repeat(60)}b`)), createRedact([/^(?:a+)+$/gu], 20));
    expect(event).toBeUndefined();
    expect(told).toEqual([
      {
        kind: 'event',
        source: 'log',
        problem: 'the patterns of --log-redact-file took longer than 20 ms for one log',
      },
    ]);
  });

  it.each<[problem: string, log: object]>([
    ['pod is missing or odd', { ...aLog(''), pod: { name: 'web' } }],
    ['container is missing or odd', { ...aLog(''), container: 'a\u001Bb' }],
    ['containerId is missing or odd', { ...aLog(''), containerId: 'a/b' }],
    ['finishedAt is missing or odd', { ...aLog(''), finishedAt: 'yesterday' }],
    ['its bounds are missing or odd', { ...aLog(''), maxLines: -1 }],
  ])('refuses one of which %s', (problem, log) => {
    const { event, told } = trimmed(log);
    expect(event).toBeUndefined();
    expect(told).toContainEqual({ kind: 'event', source: 'log', problem });
  });
});
