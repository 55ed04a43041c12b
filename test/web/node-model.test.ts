import { describe, expect, it } from 'vitest';
import type { Incident, NodeRestart, NodeTimeline } from '../../timeline/contract/incident.ts';
import { createTimeScale } from '../../web/chart/time-scale.ts';
import { plotNode, spanOfNode } from '../../web/node/node-plot.ts';

const time = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();
const anIncident = (from: number, to: number): Incident => ({
  kind: 'mass-kill',
  node: 'node1',
  from: time(from),
  to: time(to),
  members: [],
  explanation: '',
  evidence: [],
});
const aNode = (given: Partial<NodeTimeline>): NodeTimeline => ({
  cluster: 'lab',
  node: 'node1',
  incidents: [],
  restarts: [],
  gaps: [],
  ...given,
});
/** A pixel is a second. */
const scale = createTimeScale({ fromMs: Date.parse(time(0)), toMs: Date.parse(time(100)) }, 0, 100);

describe('the plot of a node', () => {
  it('puts incidents that would cover one another into rows', () => {
    const { bands, rows } = plotNode(
      aNode({ incidents: [anIncident(0, 30), anIncident(20, 25), anIncident(40, 50)] }),
      scale,
    );
    expect(bands.map(({ x, width, row }) => [x, width, row])).toEqual([
      [0, 30, 0],
      [20, 5, 1],
      [40, 10, 0],
    ]);
    expect(rows).toBe(2);
  });

  it('leaves out what is not within the span, and makes what is short wide enough to be seen', () => {
    const { bands } = plotNode(aNode({ incidents: [anIncident(-20, -10), anIncident(50, 50)] }), scale);
    expect(bands.map(({ x, width }) => [x, width])).toEqual([[50, 4]]);
  });

  it('draws one of counted restarts that would cover one another, and each that was not counted', () => {
    const restarts = Array.from(
      { length: 100 },
      (_, index): NodeRestart => ({
        pod: { namespace: 'shop', name: 'web-0', uid: 'uid-0' },
        index,
        at: time(50 + index / 100),
        container: 'web',
        cause: 'exited',
        counted: index !== 40,
        explanation: '',
        from: '',
        to: '',
        downtimeMs: null,
        backoffMs: 0,
        evidence: [],
      }),
    );
    const { marks } = plotNode(aNode({ restarts }), scale);
    expect(marks.map(({ restart }) => restart.index)).toEqual([0, 40]);
  });

  it('spans all that is named; nothing, if nothing is', () => {
    const span = spanOfNode(aNode({ incidents: [anIncident(10, 90)] }));
    expect(span?.fromMs).toBeLessThan(Date.parse(time(10)));
    expect(span?.toMs).toBeGreaterThan(Date.parse(time(90)));
    expect(spanOfNode(aNode({}))).toBeUndefined();
  });
});
