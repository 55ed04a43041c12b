import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../../../agent/clock.ts';
import type { KubernetesObject } from '../../support/fake-kubernetes/kubernetes-object.ts';
import { aPod } from '../../support/builders.ts';
import { aKubernetes, Rig, serverSet } from '../../support/list-watch-rig.ts';
import { until } from '../../support/until.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constantFrom('put', 'delete', 'replace'),
      name: fc.constantFrom(...NAMES),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constantFrom('drop', 'compact', 'bookmark', 'end', 'expire', 'fail', 'breathe', 'garbage'),
      name: fc.constant(''),
    }),
  },
);

test('whatever happens, in the end it knows what the server has, and has told how it came to be', async () => {
  const kubernetes = await aKubernetes();
  const soon = { baseMs: 2, maxMs: 4, resetAfterMs: 1 };
  const rig = await Rig.start(kubernetes, {
    clock: systemClock,
    tuning: { pageLimit: 2, settleMs: 20, unreachable: soon, refused: soon },
  });
  let uids = 0;
  const has = (name: string) => kubernetes.all('pods').some(({ metadata }) => metadata.name === name);
  const put = (name: string) =>
    has(name)
      ? kubernetes.update('pods', 'shop', name, (pod) => pod)
      : kubernetes.put(aPod({ name, uid: `${name}-${(uids += 1)}` }));

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      for (const { what, name } of steps) {
        switch (what) {
          case 'put':
            put(name);
            break;
          case 'delete':
            if (has(name)) kubernetes.delete('pods', 'shop', name);
            break;
          case 'replace':
            if (has(name)) kubernetes.delete('pods', 'shop', name);
            put(name);
            break;
          case 'drop':
            kubernetes.dropConnections();
            break;
          case 'compact':
            kubernetes.compact();
            break;
          case 'bookmark':
            kubernetes.bookmark();
            break;
          case 'end':
            kubernetes.endWatches();
            break;
          case 'expire':
            kubernetes.errorFrame(410);
            break;
          case 'fail':
            kubernetes.failNext({ status: 'reset' });
            break;
          case 'garbage':
            kubernetes.raw('{"type":\n');
            break;
          case 'breathe':
            await systemClock.sleep(3, new AbortController().signal);
        }
      }
      const expected = JSON.stringify(serverSet(kubernetes), Object.keys(serverSet(kubernetes)).sort());
      await until(`it knows ${expected}`, async () => {
        const known = await rig.known();
        return JSON.stringify(known, Object.keys(known).sort()) === expected;
      });
      // What was told of each UID ends with what became of it.
      const last = new Map<string, string>();
      for (const { source, raw } of rig.observations) {
        if (source === 'agent') continue;
        const { type, object } = raw as { type: string; object: KubernetesObject };
        const isGone = type === 'DELETED' || type === 'VANISHED';
        last.set(object.metadata.uid, isGone ? '' : (object.metadata.resourceVersion ?? ''));
      }
      const alive = Object.fromEntries(Array.from(last).filter(([, version]) => version !== ''));
      expect(alive).toEqual(serverSet(kubernetes));
    }),
    { numRuns: 60 },
  );
});
