import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedact, RedactionTimeoutError } from '../../agent/redact.ts';

const redact = createRedact();
const one = (line: string) => redact([line]).lines.join('\n');

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r';
const S = 'hunter2-S3cr3t';

describe('redacting logs', () => {
  it.each([
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: [redacted]'],
    [`{"authorization":"Bearer abcdefghij","path":"/a"}`, '{"authorization":"[redacted]","path":"/a"}'],
    [`map[Authorization:[Bearer abcdefghij]]`, 'map[Authorization:[[redacted]'],
    ['sent Bearer abc.def-ghi to it', 'sent Bearer [redacted] to it'],
    ['Set-Cookie: session=abc; Path=/', 'Set-Cookie: [redacted]'],
    [`got ${JWT}!`, 'got [redacted]!'],
    ['key AKIAIOSFODNN7EXAMPLE used', 'key [redacted] used'],
    [`aws_secret_access_key = wJalrXUtnFEMI/K7MDENG`, 'aws_secret_access_key = [redacted]'],
    [`postgres://app:${S}@db:5432/app`, 'postgres://app:[redacted]@db:5432/app'],
    [`redis://:${S}@cache:6379`, 'redis://:[redacted]@cache:6379'],
    ['https://ghtokenghtokenghtoken@github.com/a', 'https://[redacted]@github.com/a'],
    [`DB_PASSWORD=${S} next`, 'DB_PASSWORD=[redacted] next'],
    [`{"password": "${S} \\" x", "user": "bob"}`, '{"password": "[redacted]", "user": "bob"}'],
    [`{\\"client_secret\\":\\"${S}\\",\\"id\\":1}`, '{\\"client_secret\\":\\"[redacted]\\",\\"id\\":1}'],
    [`apiKey: '${S}'`, `apiKey: '[redacted]'`],
    [`?token=${S}&page=2`, '?token=[redacted]&page=2'],
    [`<password>${S}</password>`, '<password>[redacted]</password>'],
    [`mysql --password ${S} -h db`, 'mysql --password [redacted] -h db'],
    [`CREATE USER a PASSWORD '${S}'`, `CREATE USER a PASSWORD '[redacted]'`],
    [`ghp_${'a1B2'.repeat(9)}`, '[redacted]'],
    ['-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY----- loaded', '[redacted] loaded'],
  ])('takes the secret out of %s', (line, expected) => {
    expect(one(line)).toBe(expected);
  });

  it.each(['GET /api/v1/pods 200 in 12 ms', 'user bob logged in from 10.0.0.1:8080', 'panic: nil map', ''])(
    'leaves %s as it is',
    (line) => {
      expect(redact([line])).toEqual({ lines: [line], count: 0 });
    },
  );

  it('takes a PEM block out as one passage, also where its beginning or its end was cut off', () => {
    const key = ['MIIEvQIBADANBgkqhkiG9w0BAQEF', 'AASCBKcwggSjAgEAAoIBAQC7VJTU=='];
    const [begin, end] = ['-----BEGIN RSA PRIVATE KEY-----', '-----END RSA PRIVATE KEY-----'];
    expect(redact(['a', begin, ...key, end, 'b'])).toEqual({ lines: ['a', '[redacted]', 'b'], count: 1 });
    expect(redact(['a', ...key, end, 'b'])).toEqual({ lines: ['a', '[redacted]', 'b'], count: 1 });
    expect(redact(['a', begin, ...key])).toEqual({ lines: ['a', '[redacted]'], count: 1 });
  });

  it('counts each passage once, and finds nothing more in what it redacted', () => {
    const redacted = redact([
      `Authorization: Bearer ${JWT}`,
      `token=${JWT}`,
      `a password=${S} b secret=${S}`,
    ]);
    expect(redacted.count).toBe(4);
    expect(redact(redacted.lines)).toEqual({ lines: redacted.lines, count: 0 });
  });

  it('never lets a value through, whatever it is and whatever stands around it', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9+/=_.,;!?-]{8,40}$/).map((text) => `S${text}`);
    const around = fc.string({ maxLength: 20 });
    const form = fc.constantFrom(
      (text: string) => `password=${text}`,
      (text: string) => `"apiKey":"${text}"`,
      (text: string) => `Authorization: Bearer ${text}`,
      (text: string) => `amqp://user:${text}@host/`,
    );
    fc.assert(
      fc.property(value, around, around, form, (secret, before, after, write) => {
        expect(one(`${before} ${write(secret)} ${after}`)).not.toContain(secret);
      }),
    );
  });

  it('is done soon with lines that are made to keep it busy', () => {
    const beganAt = performance.now();
    for (const part of [
      '-',
      '://',
      'a.',
      ' ',
      '"',
      '\\',
      'password',
      'token ',
      'eyJ',
      'a:',
      'http://:',
      '\'\\"',
    ]) {
      redact(Array.from({ length: 20 }, () => part.repeat(4_096 / part.length)));
    }
    expect(performance.now() - beganAt).toBeLessThan(10_000);
  });

  it('takes out what the operator’s own patterns match', () => {
    expect(createRedact([/\b\d{4}-\d{4}\b/gu])(['card 1234-5678, 1 of 2'])).toEqual({
      lines: ['card [redacted], 1 of 2'],
      count: 1,
    });
  });

  it('gives up, rather than wait, on an own pattern that backtracks without end', () => {
    const slow = createRedact([/^(?:a+)+$/gu], 500);
    expect(() => slow([`${'a'.repeat(60)}b`])).toThrow(RedactionTimeoutError);
    expect(slow(['b']).lines).toEqual(['b']);
  });
});
