import { expect, test } from 'vitest';
import { readFrame, tryReadMeta, WatchFrameError } from '../../../agent/sources/watch-frame.ts';

const META = { uid: 'u1', namespace: 'shop', name: 'web', resourceVersion: '7' };

test.each(['ADDED', 'MODIFIED', 'DELETED'])('a frame of type %s keeps what it said, untouched', (type) => {
  const raw = { type, object: { metadata: { ...META, labels: { a: 'b' } }, spec: {} } };
  expect(readFrame(JSON.stringify(raw))).toEqual({ type, meta: META, raw });
});

test('a bookmark has a version and nothing else', () => {
  const line =
    '{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"12","creationTimestamp":null}}}';
  expect(readFrame(line)).toEqual({ type: 'BOOKMARK', resourceVersion: '12' });
});

test('an ERROR frame has a Status', () => {
  const status = {
    kind: 'Status',
    status: 'Failure',
    message: 'too old resource version: 1 (5)',
    reason: 'Expired',
    code: 410,
  };
  expect(readFrame(JSON.stringify({ type: 'ERROR', object: status }))).toEqual({
    type: 'ERROR',
    status: {
      code: 410,
      reason: 'Expired',
      message: 'too old resource version: 1 (5)',
      retryAfterMs: undefined,
      versionTooLarge: false,
    },
  });
});

test('an object in no namespace has an empty one', () => {
  const object = { metadata: { uid: 'u1', name: 'node1', resourceVersion: '7' } };
  expect(tryReadMeta(object)).toEqual({ uid: 'u1', namespace: '', name: 'node1', resourceVersion: '7' });
});

test.each([
  ['no JSON', 'upstream timed out', /is not JSON/],
  ['no object', '{"type":"ADDED"}', /metadata\.uid/],
  ['a UID that is no text', '{"type":"ADDED","object":{"metadata":{"uid":{}}}}', /metadata\.uid/],
  [
    'a name that is too long',
    JSON.stringify({ type: 'ADDED', object: { metadata: { ...META, name: 'x'.repeat(254) } } }),
    /metadata\.name/,
  ],
  [
    'a version that is empty',
    JSON.stringify({ type: 'ADDED', object: { metadata: { ...META, resourceVersion: '' } } }),
    /metadata\.resourceVersion/,
  ],
  ['a bookmark without a version', '{"type":"BOOKMARK","object":{}}', /metadata\.resourceVersion/],
])('%s is a malformed frame that names the fault', (_title, line, message) => {
  expect(() => readFrame(line)).toThrow(WatchFrameError);
  expect(() => readFrame(line)).toThrow(message);
});

test('a type that is not known is named', () => {
  expect(readFrame('{"type":"SNAPSHOT","object":{}}')).toEqual({ type: 'UNKNOWN', name: 'SNAPSHOT' });
  expect(readFrame('[]')).toEqual({ type: 'UNKNOWN', name: 'undefined' });
});
