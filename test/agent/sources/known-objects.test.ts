import { expect, test } from 'vitest';
import { isNews, vanishedFrom } from '../../../agent/sources/known-objects.ts';

const known = new Map([
  ['u1', { namespace: 'shop', name: 'db-0', resourceVersion: '5' }],
  ['u2', { namespace: 'shop', name: 'web', resourceVersion: '9' }],
]);

test.each([
  ['the revision that is known', { uid: 'u1', resourceVersion: '5' }, false],
  ['another revision', { uid: 'u1', resourceVersion: '12' }, true],
  ['an older one, as versions only compare for equality', { uid: 'u1', resourceVersion: '4' }, true],
  ['another object of the same name', { uid: 'u3', resourceVersion: '5' }, true],
])('%s', (_title, { uid, resourceVersion }, expected) => {
  expect(isNews(known, { uid, namespace: 'shop', name: 'db-0', resourceVersion })).toBe(expected);
});

test('what a complete list does not have has vanished, by UID and not by name', () => {
  expect(vanishedFrom(known, new Set(['u2', 'u3']))).toEqual([
    { uid: 'u1', namespace: 'shop', name: 'db-0', resourceVersion: '5' },
  ]);
});
