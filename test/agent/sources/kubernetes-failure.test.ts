import { describe, expect, test } from 'vitest';
import {
  KubernetesApiError,
  KubernetesCredentialsError,
  KubernetesUnreachableError,
  readStatus,
} from '../../../agent/sources/kubernetes-api.ts';
import { classify } from '../../../agent/sources/kubernetes-failure.ts';
import { WatchFrameError } from '../../../agent/sources/watch-frame.ts';
import { ShortWatchError } from '../../../agent/sources/watch-stream.ts';

const api = (code: number, more: object = {}, retryAfter?: string) =>
  new KubernetesApiError(readStatus({ code, message: 'no', ...more }, code, retryAfter));

describe('what follows from a failure', () => {
  test.each([
    [new KubernetesUnreachableError('refused'), { action: 'retry', reason: 'api-unreachable' }],
    [new KubernetesCredentialsError('no token'), { action: 'retry-slowly', reason: 'unauthorized' }],
    [api(401), { action: 'retry-slowly', reason: 'unauthorized' }],
    [api(403), { action: 'retry-slowly', reason: 'forbidden' }],
    [api(404), { action: 'retry-slowly', reason: 'refused' }],
    [api(410), { action: 'relist', reason: 'watch-expired' }],
    [api(429), { action: 'retry', reason: 'api-unreachable' }],
    [api(429, {}, '7'), { action: 'retry', reason: 'api-unreachable', retryAfterMs: 7_000 }],
    [api(500), { action: 'retry', reason: 'api-unreachable' }],
    [
      api(503, { details: { retryAfterSeconds: 2 } }),
      { action: 'retry', reason: 'api-unreachable', retryAfterMs: 2_000 },
    ],
    [api(504), { action: 'retry', reason: 'api-unreachable' }],
    [
      api(504, { details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } }),
      { action: 'relist', reason: 'watch-expired' },
    ],
    [
      api(504, { message: 'Too large resource version: 9, current: 5' }),
      { action: 'relist', reason: 'watch-expired' },
    ],
    [new WatchFrameError('frame-too-large', 'long'), { action: 'relist', reason: 'frame-too-large' }],
    [new WatchFrameError('frame-malformed', 'odd'), { action: 'relist', reason: 'frame-malformed' }],
  ])('%s', (error, verdict) => {
    expect(classify(error, 0)).toEqual(verdict);
  });

  test.each([
    [1, 'retry'],
    [2, 'retry'],
    [3, 'relist'],
    [4, 'relist'],
  ])('short watch number %i in a row: %s', (shortWatches, action) => {
    expect(classify(new ShortWatchError('short'), shortWatches)).toMatchObject({ action });
  });

  test.each([new Error('the disk is full'), new TypeError('a fault'), 'text'])(
    '%s is not ours to judge',
    (error) => {
      expect(classify(error, 0)).toBeUndefined();
    },
  );
});

describe('a Status', () => {
  test('of a stranger is read as far as it goes', () => {
    expect(readStatus(['odd'], 502)).toEqual({
      code: 502,
      reason: '',
      message: 'the API server gave no reason',
      retryAfterMs: undefined,
      versionTooLarge: false,
    });
  });

  test('is not believed when it keeps us away for hours, or for ever', () => {
    expect(readStatus({}, 429, '86400').retryAfterMs).toBe(120_000);
    expect(readStatus({}, 429, 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfterMs).toBeUndefined();
    expect(readStatus({}, 429, '-1').retryAfterMs).toBeUndefined();
  });
});
