import { describe, expect, test } from 'vitest';
import { createMemoryState } from '../../../agent/sources/list-watch-state.ts';
import { createPodsSource } from '../../../agent/sources/pods.ts';
import { aPod } from '../../support/builders.ts';
import { aKubernetes, Rig, serverSet } from '../../support/list-watch-rig.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

describe('the pods of one node', () => {
  test('are all that is asked for', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.put(aPod({ name: 'here', node: 'node1' }));
    kubernetes.put(aPod({ name: 'elsewhere', node: 'node2' }));
    const rig = await Rig.start(kubernetes, { scope: { node: 'node1' } });
    await until('it watches', () => kubernetes.watches.length === 1);
    kubernetes.put(aPod({ name: 'waiting', node: null }));
    kubernetes.put(aPod({ name: 'waiting', node: 'node1' }));
    await rig.saw('ADDED waiting');

    expect(rig.story).toEqual(['LISTED here', 'recording-began', 'ADDED waiting']);
    expect(kubernetes.requests.map(({ query }) => query['fieldSelector'])).toEqual([
      'spec.nodeName=node1',
      'spec.nodeName=node1',
    ]);
  });

  test.each(['node1,metadata.namespace=kube-system', '', 'a'.repeat(254), 'Node_1'])(
    'are not asked for by a name that is none: %s',
    (node) => {
      const client = { server: '', get: () => Promise.reject(new Error('not to be asked')) };
      const parts = {
        client,
        state: createMemoryState(),
        clock: new ManualClock(),
        random: () => 0,
        tell: () => {},
      };
      expect(() => createPodsSource({ scope: { node }, ...parts })).toThrow(/give --node-name/);
    },
  );
});

describe('the pods that are on no node', () => {
  test('are observed until they are put on one, and every deletion is seen', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.put(aPod({ name: 'placed', node: 'node1' }));
    kubernetes.put(aPod({ name: 'waiting', node: null }));
    const rig = await Rig.start(kubernetes, { scope: { unassigned: true } });
    await until('it watches', () => kubernetes.watches.length === 1);
    kubernetes.update('pods', 'shop', 'waiting', (pod) => pod);
    kubernetes.put(aPod({ name: 'waiting', node: 'node2' }));
    kubernetes.update('pods', 'shop', 'placed', (pod) => pod);
    kubernetes.delete('pods', 'shop', 'placed');
    await rig.saw('DELETED placed');

    expect(rig.story).toEqual(['LISTED waiting', 'recording-began', 'MODIFIED waiting', 'DELETED placed']);
    expect(await rig.known()).toEqual(serverSet(kubernetes));
  });

  test('can be observed together with those of a node', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.put(aPod({ name: 'elsewhere', node: 'node2' }));
    kubernetes.put(aPod({ name: 'here', node: 'node1' }));
    kubernetes.put(aPod({ name: 'waiting', node: null }));
    const rig = await Rig.start(kubernetes, { scope: { node: 'node1', unassigned: true } });
    await rig.saw('recording-began');

    expect(rig.story).toEqual(['LISTED here', 'LISTED waiting', 'recording-began']);
  });
});
