import { describe, expect, it } from 'vitest';
import { renderWorkloadSvg } from '../../../timeline/render/workload-svg.ts';
import { accountOf, aReplica } from '../../support/workload-history.ts';

const account = accountOf('Deployment', 'web', [
  aReplica('web', 'aaa', {
    name: 'web-aaa-x1',
    image: 'web:1',
    born: '10:00:00',
    starts: '10:00:02',
    restarts: ['10:05:00', '10:08:00'],
    leaves: '10:30:05',
    ends: '10:30:16',
    gone: '10:30:17',
  }),
  aReplica('web', 'bbb', { name: 'web-bbb-y1', image: 'web:2', born: '10:30:00', starts: '10:30:03' }),
]);

describe('renderWorkloadSvg', () => {
  it('draws the pods one under another, each joined to the one that took its place', () => {
    const svg = renderWorkloadSvg(account);
    const lanes = [...svg.matchAll(/<text x="24" y="([\d.]+)">(web-\w+-\w+)<\/text>/g)].map(([, y, name]) => [
      name,
      Number(y),
    ]);
    expect(lanes).toEqual([
      ['web-aaa-x1', 144],
      ['web-bbb-y1', 168],
    ]);
    expect(svg.match(/<path d="M[\d. ]+C/g)).toHaveLength(1);
    expect(svg).toContain('web-aaa-x1 → web-bbb-y1');
  });

  it('draws each stretch of a pod’s life, and a mark for each restart of a container', () => {
    const svg = renderWorkloadSvg(account);
    for (const what of ['not started', 'running', 'asked to go', 'ended'])
      expect(svg).toContain(`<title>web-aaa-x1 ${what} from 2026-03-01 10:`);
    expect(svg.match(/<title>web restarted: /g)).toHaveLength(2);
  });

  it('draws a rollout as a line from top to bottom, with its revisions', () => {
    const svg = renderWorkloadSvg(account);
    expect(svg).toContain('aaa → bbb');
    expect(svg.match(/stroke-dasharray="5 3"/g)).toHaveLength(1);
  });

  it('marks by shape a restart that Kubernetes did not count', () => {
    const restarts = account.restarts.map((restart) => ({ ...restart, counted: false }));
    const svg = renderWorkloadSvg({ ...account, restarts });
    expect(svg.match(/NOT counted by Kubernetes, 2026/g)).toHaveLength(2);
    expect(svg.match(/l6 6l-6 6l-6 -6Z/g)).toHaveLength(2);
  });

  it('stands alone and carries no markup of foreign names', () => {
    const name = '"><img src=x onerror=alert(1)>';
    const pods = account.pods.map((pod) => ({ ...pod, pod: { ...pod.pod, name } }));
    const svg = renderWorkloadSvg({ ...account, pods, workload: { kind: name, name } });
    expect(svg).not.toMatch(/<img|<script|<style|href=/);
    expect(svg).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;');
  });

  it('draws the newest of thousands of pods, and says how many it does not', () => {
    const [pod] = account.pods;
    const pods = Array.from({ length: 3_000 }, (_, index) => ({
      ...pod!,
      pod: { ...pod!.pod, uid: `uid-${index}` },
    }));
    const [restart] = account.restarts;
    const restarts = pods.map(({ pod: { uid } }) => ({ ...restart!, pod: uid }));
    const svg = renderWorkloadSvg({ ...account, pods, restarts, replacements: [] });
    expect(svg.length).toBeLessThan(200_000);
    expect(svg).toContain('2940 earlier pods not drawn');
  });

  it('draws a workload of whose pods only the names are known', () => {
    const pods = account.pods.map((pod) => ({
      ...pod,
      pod: { ...pod.pod, createdAt: null, deletedAt: null },
      startedAt: null,
      readyAt: null,
      leftAt: null,
      endedAt: null,
    }));
    const svg = renderWorkloadSvg({
      ...account,
      pods,
      restarts: [],
      replacements: [],
      rollouts: [],
      gaps: [],
    });
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"[^]*<\/svg>$/);
  });
});
