import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Message, messageOf } from '../../../functions/notify/message.ts';
import type { Occasion } from '../../../functions/notify/occasion.ts';
import { slackBody } from '../../../functions/notify/slack-body.ts';
import { signatureHeaders, webhookBody } from '../../../functions/notify/webhook-body.ts';
import type { RestartRecord } from '../../../timeline/contract/report.ts';
import { aRestart } from '../../support/restart-records.ts';

const URL_BASE = 'https://restarts.example';

function occasion(on: Occasion['rule']['on'], restarts: readonly RestartRecord[]): Occasion {
  const [{ at }] = restarts as [RestartRecord];
  return { rule: { name: 'a rule', on, to: ['ops'] }, subject: 's', at, quietMs: undefined, restarts };
}

describe('the message of a restart', () => {
  it('says which container restarted and why, and leads to its timeline', () => {
    const restart = aRestart({ cause: 'removed-externally', counted: false });
    const message = messageOf(
      occasion('restart', [restart]),
      'It was force-removed through Docker.',
      URL_BASE,
    );
    expect(message).toMatchObject({
      title: 'web of shop/web-0 in lab restarted: removed-externally, which Kubernetes did not count',
      text: 'It was force-removed through Docker.',
      url: 'https://restarts.example/pod?cluster=lab&uid=uid-of-web-0',
    });
  });

  it('says what the record has where there is no timeline any more', () => {
    const message = messageOf(occasion('restart', [aRestart()]), undefined, URL_BASE);
    expect(message.text).toBe(
      'Restarted at 2026-03-01T10:00:00Z, cause exited. It was down for 4 s. Kubernetes counted it.',
    );
  });
});

describe('the message of a crash loop', () => {
  it('says how many restarts there were in what time, and explains the latest', () => {
    const restarts = [0, 3, 9].map((minute) => aRestart({ at: `2026-03-01T10:0${minute}:00Z` }));
    expect(messageOf(occasion('crash-loop', restarts), 'It exited with code 1.', URL_BASE)).toMatchObject({
      title: 'web of shop/web-0 in lab is crash looping: 3 restarts within 9 min',
      text: 'The latest: It exited with code 1.',
      restarts: 3,
      pods: 1,
      restart: restarts[2],
    });
  });
});

describe('the message of an incident', () => {
  it('names the node and the first pods, and leads to the node', () => {
    const restarts = Array.from({ length: 7 }, (_, index) =>
      aRestart({ pod: { name: `web-${index}` }, cause: 'runtime-restarted' }),
    );
    expect(messageOf(occasion('incident', restarts), 'The runtime restarted.', URL_BASE)).toMatchObject({
      title: '7 pods on node node1 of lab restarted within a second: runtime-restarted',
      text: 'So far shop/web-0, shop/web-1, shop/web-2, shop/web-3, shop/web-4 and 2 more. One of them: The runtime restarted.',
      url: 'https://restarts.example/node?cluster=lab&node=node1',
    });
  });
});

describe('hostile names', () => {
  const hostile = '<!channel> <https://evil.example|click> & *bold* @here\n\u202Eevil';
  const message = messageOf(
    occasion('restart', [aRestart({ container: hostile, pod: { name: hostile, uid: 'x>|<y' } })]),
    `Its image is ${hostile}`,
    URL_BASE,
  );

  it('are neither mentions, links nor markup in Slack', () => {
    const body = JSON.parse(slackBody(message));
    expect(body.text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    const [header, section, context] = body.blocks;
    expect(header.text).toMatchObject({ type: 'plain_text', emoji: false });
    expect(section.text).toMatchObject({ type: 'plain_text', emoji: false });
    expect(context.elements[0].text).toBe(
      '<https://restarts.example/pod?cluster=lab&amp;uid=x%3E%7C%3Cy|Timeline>',
    );
  });

  it('make neither a second line nor turn the writing around', () => {
    expect(message.title).not.toMatch(/[\n\u202E]/);
  });

  it('of any length and content stay within Slack’s bounds, as well-formed JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 4_000 }), (text) => {
        const restart = aRestart({ container: text, namespace: text, pod: { name: text, uid: text } });
        const { blocks } = JSON.parse(slackBody(messageOf(occasion('restart', [restart]), text, URL_BASE)));
        expect(blocks[0].text.text.length).toBeLessThanOrEqual(150);
        expect(blocks[1].text.text.length).toBeLessThanOrEqual(3_000);
        expect(blocks[1].text.text.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the body for a webhook', () => {
  it('is the message with its id and its restart, signed over the time and itself', () => {
    const message: Message = messageOf(occasion('restart', [aRestart()]), 'It exited.', URL_BASE);
    const body = webhookBody(message, 'id-1');
    expect(JSON.parse(body)).toEqual({
      version: 1,
      id: 'id-1',
      kind: 'restart',
      rule: 'a rule',
      title: 'web of shop/web-0 in lab restarted: exited',
      text: 'It exited.',
      url: 'https://restarts.example/pod?cluster=lab&uid=uid-of-web-0',
      restarts: 1,
      pods: 1,
      restart: aRestart(),
    });
    const expected = createHmac('sha256', 'key').update(`1772359200.${body}`).digest('hex');
    expect(signatureHeaders(body, 'key', 1_772_359_200_999)).toEqual({
      'podlapse-timestamp': '1772359200',
      'podlapse-signature': `v1=${expected}`,
    });
  });
});
