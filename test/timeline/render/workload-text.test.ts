import { describe, expect, it } from 'vitest';
import { renderWorkloadText } from '../../../timeline/render/workload-text.ts';
import { accountOf, aReplica, aPodEvent } from '../../support/workload-history.ts';

const evicted = aReplica('web', 'aaa', {
  name: 'web-aaa-x1',
  image: 'web:1',
  born: '10:00:00',
  starts: '10:00:02',
  restarts: ['10:05:00'],
  ends: '10:10:00',
  exitCode: 137,
  phase: 'Failed',
  reason: 'Evicted',
});
const account = accountOf(
  'Deployment',
  'web',
  [
    evicted,
    aReplica('web', 'aaa', {
      name: 'web-aaa-x2',
      image: 'web:1',
      born: '10:10:00.5',
      starts: '10:10:20',
      leaves: '10:30:05',
      ends: '10:30:06',
      gone: '10:30:07',
    }),
    aReplica('web', 'bbb', { name: 'web-bbb-y1', image: 'web:2', born: '10:30:00', starts: '10:30:03' }),
  ],
  { more: [aPodEvent(evicted, 'Evicted', '10:09:58', 'The node was low on resource: memory.')] },
);

describe('renderWorkloadText', () => {
  it('answers first how often the workload really restarted, each kind for itself', () => {
    const [title, , ...rest] = renderWorkloadText(account).split('\n');
    expect(title).toBe('shop Deployment/web  cluster lab, 1 of 3 pods living');
    expect(rest.join(' ')).toMatch(
      /^3 restarts in all: 1 of containers \(1 counted by Kubernetes\), 2 pods replaced \(1 evicted, 1 rollout\), kubectl shows RESTARTS 0 in all on the living pods/,
    );
  });

  it('tells restarts, replacements and rollouts in the order of time, with their explanations', () => {
    const text = renderWorkloadText(account);
    const rows = text.split('\n').filter((line) => /^2026-03-01 \d\d:\d\d:\d\d {2}\w/.test(line));
    expect(rows.map((row) => row.split(/ {2,}/).slice(1))).toEqual([
      ['restart', 'unknown', 'yes', '0 ms', 'web-aaa-x1[web]'],
      ['replacement', 'evicted', '-', '20 s', 'web-aaa-x1', 'web-aaa-x2'],
      ['rollout', '-', '-', '-', 'aaa', 'bbb'],
      ['replacement', 'rollout', '-', '0 ms', 'web-aaa-x2', 'web-bbb-y1'],
    ]);
    expect(text).toContain('its node was low on memory');
    expect(text).toContain('web: web:1 to web:2');
  });

  it('lists the pods with what kubectl shows of each', () => {
    expect(renderWorkloadText(account)).toMatch(
      /web-bbb-y1 +bbb +node1 +2026-03-01 10:30:00 +2026-03-01 10:30:03 +- +0 +0\n/,
    );
  });

  it('says what was left out, and that there may be more', () => {
    const cut = {
      ...account,
      summary: { ...account.summary, complete: false },
      leftOut: { pods: 812, morePods: true, restarts: 3 },
    };
    const text = renderWorkloadText(cut);
    expect(text).toContain('record INCOMPLETE');
    expect(text).toContain(
      'Left out, as too many: the 812 oldest pods, and maybe more; the 3 oldest restarts of containers',
    );
  });

  it('stays readable when ten thousand things happened', () => {
    const [restart] = account.restarts;
    const many = { ...account, restarts: Array.from({ length: 10_000 }, () => restart!) };
    const lines = renderWorkloadText(many).split('\n');
    expect(lines.length).toBeLessThan(1_200);
    expect(lines).toContain('9803 earlier ones: see the JSON timeline');
  });

  it('prints hostile names without letting them move the cursor or reorder the text', () => {
    const [pod] = account.pods;
    const hostile = { ...account, pods: [{ ...pod!, pod: { ...pod!.pod, name: 'a\u001B[2Jb\u202Ec\nd' } }] };
    const text = renderWorkloadText({ ...hostile, workload: { kind: 'K\u001B', name: 'n\u202E' } });
    expect(text).not.toMatch(/[\u001B\u202E]/);
    expect(text).toContain('a\uFFFD[2Jb\uFFFDc\uFFFDd');
  });
});
