import { describe, expect, it } from 'vitest';
import { tellNode } from '../../../timeline/incidents/node-timeline.ts';
import { renderNodeText } from '../../../timeline/render/node-text.ts';
import { asPod, manyPods, timelinesOf } from '../../support/many-pods.ts';
import { tellHistory } from '../../support/pod-history.ts';

const events = [
  ...manyPods(20, tellHistory([{ kind: 'docker-rm', ranMs: 60_000, downMs: 2_000 }]).events),
  ...asPod(99, tellHistory([{ kind: 'exit-1', ranMs: 90_000, downMs: 1_000 }]).events),
];
const account = tellNode({ cluster: 'lab', node: 'node1', timelines: timelinesOf(events), events });

describe('renderNodeText', () => {
  it('tells each incident once, names some of its members, and lists the other restarts', () => {
    const text = renderNodeText(account);
    expect(text).toContain('node node1  cluster lab');
    expect(text).toContain('1 incident of 20 containers and pods, 1 other restart');
    expect(text).toMatch(/MASS-KILL {2}2026-03-01 10:01:\d\d to 2026-03-01 10:01:\d\d/);
    expect(text).toContain('and 8 more');
    expect(text.match(/removed-externally/g)).toBeNull();
    expect(text).toMatch(/2026-03-01 10:01:\d\d +shop\/web-0-99 +web +exited +yes +1 s/);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  it('prints hostile names without letting them move the cursor or reorder the text', () => {
    const text = JSON.stringify(account).replaceAll('web-0-1"', String.raw`a\u001b[2J\u202e"`);
    const printed = renderNodeText({ ...JSON.parse(text), node: 'n\u001B[2J' });
    expect(printed).not.toMatch(/[\u001B\u202E]/);
  });

  it('says so where nothing happened', () => {
    expect(renderNodeText(tellNode({ cluster: 'lab', node: 'n', timelines: [], events: [] }))).toBe(
      'node n  cluster lab\n\nno incidents, no other restarts\n',
    );
  });

  it('tells nothing that was over before `since`', () => {
    const later = tellNode({
      cluster: 'lab',
      node: 'node1',
      timelines: timelinesOf(events),
      events,
      since: '2026-03-01T10:01:20Z',
    });
    expect(later.incidents).toEqual([]);
    expect(later.restarts.map(({ pod }) => pod.name)).toEqual(['web-0-99']);
  });
});
