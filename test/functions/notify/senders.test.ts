import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { PublishCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { messageOf } from '../../../functions/notify/message.ts';
import type { Target } from '../../../functions/notify/notifications.ts';
import { createSecrets } from '../../../functions/notify/secrets.ts';
import { createSend, type SenderParts } from '../../../functions/notify/senders.ts';
import { signatureHeaders } from '../../../functions/notify/webhook-body.ts';
import { aRestart } from '../../support/restart-records.ts';

const KEY = 'a key of enough characters';
const NOW_MS = Date.parse('2026-03-01T10:00:10Z');
const MESSAGE = messageOf(
  {
    rule: { name: 'all', on: 'restart', to: ['ops'] },
    subject: 's',
    at: aRestart().at,
    quietMs: undefined,
    restarts: [aRestart()],
  },
  'It exited with code 1 – again.',
  'https://restarts.example',
);

interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let url: string;
let posted: Posted[] = [];
let answer: (response: ServerResponse) => void;
let published: PublishCommand['input'][] = [];
let asked: string[] = [];
let nowMs: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      posted.push({ headers: request.headers, body });
      answer(response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});
beforeEach(() => {
  posted = [];
  published = [];
  asked = [];
  nowMs = NOW_MS;
  answer = (response) => response.end('ok');
});

function send(target: Target, more: Partial<SenderParts> = {}) {
  const sns = { send: (command: PublishCommand) => Promise.resolve(published.push(command.input)) };
  const secrets: Record<string, string> = {
    slack: `${url}\n`,
    key: KEY,
    short: 'short',
    plain: 'http://10.0.0.1/',
  };
  const client = {
    send: ({ input }: GetSecretValueCommand) => {
      asked.push(input.SecretId ?? '');
      return Promise.resolve({ SecretString: secrets[input.SecretId ?? ''] });
    },
  };
  const tell = createSend({
    sns,
    secrets: createSecrets(client as never, () => nowMs),
    bounds: { fetch, timeoutMs: 500, allowLoopbackHttp: true },
    clock: () => nowMs,
    topicArn: 'arn:aws:sns:eu-west-1:123456789012:of-the-stack',
    ...more,
  });
  return tell(target, MESSAGE, 'id-1');
}

const WEBHOOK = (): Target => ({ name: 'hook', kind: 'webhook', url, keySecret: 'key' });

describe('a webhook', () => {
  it('gets the message with its id, signed with the key of the secret', async () => {
    await send(WEBHOOK());
    const [{ headers, body }] = posted as [Posted];
    expect(JSON.parse(body)).toMatchObject({ id: 'id-1', title: MESSAGE.title });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'podlapse-id': 'id-1',
      ...signatureHeaders(body, KEY, NOW_MS),
    });
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['refuses', (response) => response.writeHead(503).end('down'), 'hook answered with status 503: down'],
    ['leads elsewhere', (response) => response.writeHead(302, { location: '/other' }).end(), 'fetch failed'],
    ['does not answer', () => {}, 'timeout'],
  ])('that %s has not taken it', async (_, act, reason) => {
    answer = act;
    await expect(send(WEBHOOK())).rejects.toThrow(reason);
    expect(posted).toHaveLength(1);
  });

  it('that says much is not listened to for long', async () => {
    answer = (response) => {
      response.writeHead(500);
      const more = () => response.write('x'.repeat(65_536), () => !response.destroyed && setImmediate(more));
      more();
    };
    await expect(send(WEBHOOK())).rejects.toThrow(`status 500: ${'x'.repeat(300)}`);
  });

  it('is not signed for with a key that could be guessed', async () => {
    await expect(send({ ...WEBHOOK(), keySecret: 'short' } as Target)).rejects.toThrow(
      'the secret short is shorter than 16 characters',
    );
    expect(posted).toEqual([]);
  });

  it('is asked in HTTPS only', async () => {
    const bounds = { fetch, timeoutMs: 500, allowLoopbackHttp: false };
    await expect(send(WEBHOOK(), { bounds })).rejects.toThrow('hook has no https address without a user');
    expect(posted).toEqual([]);
  });
});

describe('Slack', () => {
  it('gets the message at the address that is in the secret', async () => {
    await send({ name: 'ops', kind: 'slack', urlSecret: 'slack' });
    expect(JSON.parse(posted[0]?.body ?? '')).toMatchObject({ text: MESSAGE.title });
  });

  it('is not named by its address when that is none', async () => {
    const sending = send({ name: 'ops', kind: 'slack', urlSecret: 'plain' });
    await expect(sending).rejects.toThrow(/^ops has no https address without a user$/);
  });

  it('says which secret has no text', async () => {
    await expect(send({ name: 'ops', kind: 'slack', urlSecret: 'none' })).rejects.toThrow(
      'the secret none has no text',
    );
  });
});

describe('an SNS topic', () => {
  it('of the stack gets a text for people, and attributes for programs', async () => {
    await send({ name: 'mail', kind: 'sns' });
    expect(published).toMatchObject([
      {
        TopicArn: 'arn:aws:sns:eu-west-1:123456789012:of-the-stack',
        Subject: 'web of shop/web-0 in lab restarted: exited',
        Message: `${MESSAGE.title}\n\nIt exited with code 1 – again.\n\n${MESSAGE.url}\n`,
        MessageAttributes: { id: { StringValue: 'id-1' }, cause: { StringValue: 'exited' } },
      },
    ]);
    expect(published[0]).not.toHaveProperty('MessageGroupId');
  });

  it('that is ordered is told the id, by which it drops what comes again', async () => {
    const topicArn = 'arn:aws:sns:eu-west-1:123456789012:ordered.fifo';
    await send({ name: 'mail', kind: 'sns', topicArn });
    expect(published).toMatchObject([
      { TopicArn: topicArn, MessageGroupId: 'lab', MessageDeduplicationId: 'id-1' },
    ]);
  });
});

describe('a secret', () => {
  it('is asked for once in five minutes', async () => {
    const client = {
      send: () => Promise.resolve({ SecretString: `text ${(asked.push('x'), asked.length)}` }),
    };
    const secrets = createSecrets(client as never, () => nowMs);
    expect([await secrets('key'), await secrets('key')]).toEqual(['text 1', 'text 1']);
    nowMs += 300_000;
    expect(await secrets('key')).toBe('text 2');
  });
});
