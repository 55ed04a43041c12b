import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursor } from '../../../functions/store/cursor.ts';
import { keyPart } from '../../../functions/store/keys/key-part.ts';
import { nodeKey } from '../../../functions/store/keys/node-key.ts';
import { packKey } from '../../../functions/store/keys/pack-key.ts';
import { podIndexKey } from '../../../functions/store/keys/pod-index-key.ts';
import { podKey } from '../../../functions/store/keys/pod-key.ts';
import { timestamp } from '../../../timeline/contract/primitives.ts';
import { compareTimes } from '../../../timeline/time.ts';
import { arbitraryOf } from '../../support/arbitrary-of-schema.ts';

const name = fc.string({ minLength: 1, maxLength: 253, unit: 'binary' });
const times = arbitraryOf(timestamp) as fc.Arbitrary<string>;

describe('keys', () => {
  it('show what they are of', () => {
    expect(podKey.format('lab', '36253f3c-4ed5-11ea-a10e-0242294e2d14')).toBe(
      'POD#lab#36253f3c-4ed5-11ea-a10e-0242294e2d14',
    );
    expect(nodeKey.format('lab', 'node2')).toBe('NODE#lab#node2');
    expect(nodeKey.format('lab', null)).toBe('NODE#lab#');
    expect(packKey.format({ firstAt: '2026-03-01T10:00:00Z', hash: 'abc' })).toBe(
      'E#2026-03-01T10:00:00#abc',
    );
  });

  it('of packs are read as they were written', () => {
    fc.assert(
      fc.property(times, fc.stringMatching(/^[\w-]{22}$/), (firstAt, hash) => {
        expect(packKey.parse(packKey.format({ firstAt, hash }))).toEqual({ firstAt, hash });
      }),
    );
    expect(packKey.parse('SUMMARY')).toBeUndefined();
  });

  it('of packs are in the order of their times', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        const [keyA, keyB] = [a, b].map((firstAt) => packKey.format({ firstAt, hash: '-' }));
        fc.pre(compareTimes(a, b) !== 0);
        expect(keyA! < keyB!).toBe(compareTimes(a, b) < 0);
      }),
    );
  });

  it('keep names apart and hold no separator of a name, however hostile', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(keyPart(a, 384)).not.toMatch(/[#\s]|[^\u0020-\u007e]/);
        expect(keyPart(a, 384) === keyPart(b, 384)).toBe(a === b);
      }),
    );
  });

  it('stay within what DynamoDB takes', () => {
    const longest = '\uffff'.repeat(253);
    const pod = {
      cluster: 'a'.repeat(63),
      namespace: longest,
      name: longest,
      uid: longest,
      node: null,
      workload: { kind: 'Pod', name: longest },
      createdAt: null,
      deletedAt: null,
    };
    expect(Buffer.byteLength(podIndexKey.format(pod, '2026-03-01T10:00:00.000000000Z'))).toBeLessThanOrEqual(
      1024,
    );
    expect(Buffer.byteLength(podKey.format(pod.cluster, pod.uid))).toBeLessThanOrEqual(2048);
  });
});

describe('a cursor', () => {
  it('gives back its position to the list that gave it out, and to no other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { maxLength: 3 }),
        fc.string(),
        fc.string(),
        (position, list, other) => {
          const text = cursor.encode(list, position);
          expect(cursor.decode(list, text)).toEqual(position);
          expect(text).toMatch(/^[\w-]+$/);
          if (other !== list) expect(() => cursor.decode(other, text)).toThrow('start again without it');
        },
      ),
    );
  });

  it('is refused when any of its characters is altered', () => {
    const text = cursor.encode('pods', ['default#web#2026', 'uid']);
    for (let index = 0; index < text.length; index += 1) {
      const altered = text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1);
      // The last character may hold bits that base64url does not use.
      if (Buffer.from(altered, 'base64url').equals(Buffer.from(text, 'base64url'))) continue;
      expect(() => cursor.decode('pods', altered)).toThrow('not one that this list gave out');
    }
  });
});
