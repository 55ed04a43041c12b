import { describe, expect, it } from 'vitest';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { renderText } from '../../../timeline/render/text.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { POD } from '../../support/recorded-events.ts';

const { events } = tellHistory([
  { kind: 'docker-rm', ranMs: 60_000, downMs: 4_000 },
  { kind: 'oom', ranMs: 3_600_000, downMs: 20_000 },
]);
const account = reconstruct('lab', POD.uid, events);
if (account === undefined) throw new Error('the history has a pod');

describe('renderText', () => {
  it('says first what an incident channel wants to know, and marks what Kubernetes did not count', () => {
    const text = renderText(account);
    const [title, , , summary] = text.split('\n');
    expect(title).toContain('shop/web-0  cluster lab on node1');
    expect(summary).toMatch(
      /^2 restarts, 1 counted by Kubernetes, 1 NOT counted, kubectl shows RESTARTS 1, down 24 s in all$/,
    );
    expect(text).toMatch(/1 +2026-03-01 10:01:\d\d +web +removed-externally +NO +4 s/);
    expect(text).toMatch(/2 +2026-03-01 11:01:\d\d +web +oom-killed +yes +20 s/);
    expect(text).toContain('exit 137 (SIGKILL, OOMKilled)');
  });

  it('says what the count proves beyond the restarts that were seen', () => {
    const [, , , summary] = renderText({
      ...account,
      summary: { ...account.summary, kubernetesRestartCount: 6, unseen: 4 },
    }).split('\n');
    expect(summary).toContain('kubectl shows RESTARTS 6, which proves at least 4 more that nobody saw, down');
  });

  it('has no line that a chat would break, but for names that are longer themselves', () => {
    for (const line of renderText(account).split('\n')) expect(line.length).toBeLessThanOrEqual(140);
  });

  it('prints hostile names without letting them move the cursor or reorder the text', () => {
    const hostile = { ...account, pod: { ...account.pod, name: 'a\u001B[2Jb\u202Ec\nd' } };
    const text = renderText(hostile);
    expect(text).not.toMatch(/[\u001B\u202E]/);
    expect(text).toContain('shop/a\uFFFD[2Jb\uFFFDc\uFFFDd');
  });

  it('tells the patterns before the restarts that they are made of, the newest twelve', () => {
    const pattern = {
      kind: 'crash-loop',
      container: 'web\u001B[2J',
      from: '2026-03-01T10:00:00Z',
      to: '2026-03-01T10:05:00Z',
      count: 3,
      explanation: 'The container ended again and again. '.repeat(6).trim(),
      restarts: [0],
    } as const;
    const text = renderText({
      ...account,
      patterns: Array.from({ length: 15 }, () => ({ ...pattern, restarts: [0] })),
    });
    expect(text).toContain(
      'PATTERN  crash-loop of web\uFFFD[2J, 2026-03-01 10:00:00 to 2026-03-01 10:05:00\n   The container ended again',
    );
    expect(text.match(/PATTERN/g)).toHaveLength(12);
    expect(text).toContain('and 3 earlier ones: see the JSON timeline');
    expect(text.indexOf('PATTERN')).toBeLessThan(text.indexOf('RESTARTED'));
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(140);
    expect(renderText({ ...account, patterns: [] })).toBe(renderText(account));
  });

  it('tells of gaps, and that there may be more', () => {
    const gappy = reconstruct(
      'lab',
      POD.uid,
      events.filter(({ source }) => source !== 'agent'),
    );
    const text = renderText(gappy ?? account);
    expect(text).toContain('record INCOMPLETE');
    expect(text).toMatch(/docker +2026-03-01 10:00:\d\d +still +not-watched/);
  });
});
