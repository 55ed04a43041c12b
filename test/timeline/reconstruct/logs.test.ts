import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { withoutLog } from '../../../timeline/reconstruct/attach-logs.ts';
import { renderText } from '../../../timeline/render/text.ts';
import { DEED_KINDS, tellHistory } from '../../support/pod-history.ts';
import { aLog, containerId, POD } from '../../support/recorded-events.ts';

const { events } = tellHistory([
  { kind: 'exit-1', ranMs: 60_000, downMs: 4_000 },
  { kind: 'oom', ranMs: 600_000, downMs: 20_000 },
]);
const account = reconstruct('lab', POD.uid, events);
if (account === undefined) throw new Error('the history has a pod');
const [first, second] = account.restarts;
const log = aLog({
  containerId: first?.from ?? '',
  lines: ['starting', 'panic: \u001B[2Jnil map'],
  truncated: true,
  redacted: 1,
});

describe('the log of a run that ended', () => {
  it('is told with the restart that came of it, and with no other', () => {
    expect(reconstruct('lab', POD.uid, [...events, log])?.restarts).toEqual([
      { ...first, log: { lines: log.lines, truncated: true, redacted: 1 } },
      second,
    ]);
  });

  it('changes no other fact, whatever it is of, however often and in whatever order it is told', () => {
    const deeds = fc.array(
      fc.record({
        kind: fc.constantFrom(...DEED_KINDS),
        ranMs: fc.integer({ min: 3_000, max: 900_000 }),
        downMs: fc.integer({ min: 0, max: 60_000 }),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(deeds, fc.nat(), fc.boolean(), (done, chosen, before) => {
        const told = tellHistory(done).events;
        const plain = reconstruct('lab', POD.uid, told);
        const { restarts = [] } = plain ?? {};
        const from = restarts[chosen % Math.max(1, restarts.length)]?.from ?? containerId('another');
        const one = aLog({ containerId: from });
        const other = aLog({
          containerId: containerId('nobody knows it'),
          occurredAt: '2020-01-01T00:00:00Z',
        });
        const logs = [one, other, one];
        const withLogs = reconstruct('lab', POD.uid, before ? [...logs, ...told] : [...told, ...logs]);
        expect(withLogs && { ...withLogs, restarts: withLogs.restarts.map(withoutLog) }).toEqual(plain);
        expect(withLogs?.restarts.filter((restart) => restart.log !== undefined).length).toBe(
          restarts.filter((restart) => restart.from === from && restart.to !== from).length,
        );
      }),
    );
  });

  it('makes no timeline of a pod of which nothing else is known', () => {
    expect(reconstruct('lab', POD.uid, [log])).toBeUndefined();
  });

  it('is printed under its restart without letting it move the cursor', () => {
    const text = renderText(reconstruct('lab', POD.uid, [...events, log]) ?? account);
    expect(text).toContain(
      [
        '   last 2 lines of the old container, cut off, 1 passage redacted:',
        '   | starting',
        '   | panic: \uFFFD[2Jnil map',
      ].join('\n'),
    );
    expect(text.indexOf('| starting')).toBeLessThan(text.indexOf('oom-killed'));
  });
});
