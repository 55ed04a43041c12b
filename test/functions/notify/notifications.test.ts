import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseNotifications } from '../../../functions/notify/notifications.ts';

const SLACK = { name: 'ops', kind: 'slack', urlSecret: 'podlapse/slack' };
const RULE = { name: 'all', on: 'restart', to: ['ops'] };

function parse(change: Readonly<Record<string, unknown>>) {
  return parseNotifications(JSON.stringify({ targets: [SLACK], rules: [RULE], ...change }));
}

describe('notifications.json', () => {
  it('says what to tell whom', () => {
    const targets = [
      SLACK,
      { name: 'mail', kind: 'sns' },
      { name: 'pager', kind: 'sns', topicArn: 'arn:aws:sns:eu-west-1:123456789012:pager' },
      { name: 'hook', kind: 'webhook', url: 'https://hooks.example/podlapse', keySecret: 'podlapse/hook' },
    ];
    const rules = [
      { name: 'uncounted', on: 'restart', counted: false, namespaces: ['shop', 'team-*'], to: ['ops'] },
      { name: 'memory', on: 'restart', causes: ['oom-killed'], workloads: ['Deployment/*'], to: ['mail'] },
      { name: 'loops', on: 'crash-loop', restarts: 5, withinMinutes: 20, quietMinutes: 120, to: ['pager'] },
      { name: 'nodes', on: 'incident', pods: 4, withinSeconds: 30, clusters: ['prod-*'], to: ['hook'] },
    ];
    expect(parse({ settleSeconds: 5, maxAgeMinutes: 60, targets, rules })).toEqual({
      settleMs: 5_000,
      maxAgeMs: 3_600_000,
      targets,
      rules,
    });
  });

  it('is as docs/notifications.md shows it', () => {
    const text = readFileSync(new URL('../../../docs/notifications.md', import.meta.url), 'utf8');
    const [, example = ''] = /```json\n(.*?)```/s.exec(text) ?? [];
    expect(parseNotifications(example)).toMatchObject({ targets: { length: 3 }, rules: { length: 4 } });
  });

  it('waits 15 seconds and tells of six hours unless it says otherwise', () => {
    expect(parse({})).toMatchObject({ settleMs: 15_000, maxAgeMs: 21_600_000 });
  });

  it.each([
    ['rules.0.on: must be one of', { rules: [{ ...RULE, on: 'crash' }] }],
    ['rules.0.causes.0: must be one of "exited"', { rules: [{ ...RULE, causes: ['oom'] }] }],
    ['rules.0.counted: must be a boolean', { rules: [{ ...RULE, counted: 'no' }] }],
    ['rules.0.to: must be at least 1 items', { rules: [{ ...RULE, to: [] }] }],
    ['rules.0.to.0: there is no target "mail"; there are "ops"', { rules: [{ ...RULE, to: ['mail'] }] }],
    ['rules.0: unknown field "namespace"', { rules: [{ ...RULE, namespace: 'shop' }] }],
    ['rules.0.namespaces.0: must be a name, or the beginning', { rules: [{ ...RULE, namespaces: ['*-a'] }] }],
    ['rules.0.restarts: must be at least 2', { rules: [{ ...RULE, on: 'crash-loop', restarts: 1 }] }],
    ['rules.1.name: "all" is the name of rules.0 too', { rules: [RULE, RULE] }],
    ['rules: is missing', { rules: undefined }],
    ['targets.1.name: "ops" is the name of targets.0 too', { targets: [SLACK, SLACK] }],
    [
      'targets.0.url: must be an https address without a user',
      { targets: [{ name: 'ops', kind: 'webhook', url: 'http://hooks.example', keySecret: 'k' }] },
    ],
    [
      'targets.0.url: must be an https address without a user',
      { targets: [{ name: 'ops', kind: 'webhook', url: 'https://me@hooks.example', keySecret: 'k' }] },
    ],
    ['targets.0.urlSecret: is missing', { targets: [{ name: 'ops', kind: 'slack' }] }],
    [
      'targets.0.topicArn: must be the ARN of an SNS topic',
      { targets: [{ name: 'ops', kind: 'sns', topicArn: 'pager' }] },
    ],
    ['settleSeconds: must be at most 60', { settleSeconds: 90 }],
    ['maxAgeMinutes: must be a whole number', { maxAgeMinutes: 1.5 }],
  ])('is refused with the field and the reason: %s', (reason, change) => {
    expect(() => parse(change)).toThrow(reason);
  });

  it('is refused when it is not JSON', () => {
    expect(() => parseNotifications('{"rules":')).toThrow('the notifications are not JSON');
  });
});
