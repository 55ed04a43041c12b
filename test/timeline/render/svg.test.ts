import { describe, expect, it } from 'vitest';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { renderSvg } from '../../../timeline/render/svg.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { POD } from '../../support/recorded-events.ts';

const { events } = tellHistory([
  { kind: 'docker-rm', ranMs: 60_000, downMs: 4_000 },
  { kind: 'exit-1', ranMs: 600_000, downMs: 20_000 },
]);
const account = reconstruct('lab', POD.uid, events);
if (account === undefined) throw new Error('the history has a pod');

describe('renderSvg', () => {
  it('draws one bar a run, and marks uncounted restarts by shape', () => {
    const svg = renderSvg(account);
    expect(svg.match(/<title>web [0-9a-f]{12}: started/g)).toHaveLength(3);
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg.match(/<path/g)).toHaveLength(2);
    expect(svg).toContain('NOT counted by Kubernetes');
  });

  it('stands alone and carries no markup of foreign names', () => {
    const hostile = { ...account, pod: { ...account.pod, name: '"><img src=x onerror=alert(1)>' } };
    const svg = renderSvg(hostile);
    expect(svg).not.toMatch(/<img|<script|<style|href=/);
    expect(svg).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;');
  });

  it('tells the patterns, between the lanes and the restarts', () => {
    const svg = renderSvg({
      ...account,
      patterns: [
        {
          kind: 'flapping',
          container: null,
          from: '2026-03-01T10:00:00Z',
          to: '2026-03-01T10:05:00Z',
          count: 3,
          explanation: 'The pod stopped being ready <3> times.',
          restarts: [],
          phases: [],
        },
      ],
    });
    expect(svg).toContain('flapping, 2026-03-01 10:00:00 to 2026-03-01 10:05:00');
    expect(svg).toContain('&lt;3&gt; times');
    const height = (picture: string) => Number(/viewBox="0 0 1040 (\d+)"/.exec(picture)?.[1]);
    expect(height(svg)).toBeGreaterThan(height(renderSvg(account)));
    expect(renderSvg({ ...account, patterns: [] })).toBe(renderSvg(account));
  });

  it('stays small for a pod that restarted ten thousand times', () => {
    const run = account.runs[0];
    const restart = account.restarts[0];
    if (run === undefined || restart === undefined) throw new Error('the history has a restart');
    const base = Date.parse('2026-03-01T10:00:00Z');
    const runs = Array.from({ length: 10_000 }, (_, index) => ({
      ...run,
      startedAt: new Date(base + index * 30_000).toISOString(),
      finishedAt: new Date(base + index * 30_000 + 20_000).toISOString(),
    }));
    const svg = renderSvg({
      ...account,
      runs,
      restarts: runs.map(({ startedAt }) => ({ ...restart, at: startedAt })),
    });
    expect(svg.length).toBeLessThan(500_000);
    expect(svg).toContain('and 9960 more');
  });

  it('draws a pod of which only the name is known', () => {
    const bare = {
      ...account,
      pod: { ...account.pod, createdAt: null },
      runs: [],
      restarts: [],
      sandboxes: [],
      phases: [],
      gaps: [],
    };
    expect(renderSvg(bare)).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"[^]*<\/svg>$/);
  });
});
