// As the lab's real API server did it (test/recordings/api-server-restart).
import { expect, test } from 'vitest';
import { aPod } from '../../support/builders.ts';
import { aKubernetes, Rig } from '../../support/list-watch-rig.ts';
import { until } from '../../support/until.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('an API server that was restarted knows no older version: what was missed is listed, and told as a gap', async () => {
  const kubernetes = await aKubernetes();
  kubernetes.put(aPod({ name: 'web' }));
  const clock = new ManualClock();
  const rig = await Rig.start(kubernetes, { clock });
  await until('it watches', () => kubernetes.watches.length === 1);
  kubernetes.delete('pods', 'shop', 'web');
  await rig.saw('DELETED web');
  await kubernetes.stop();
  kubernetes.put(aPod({ name: 'unseen' }));
  await kubernetes.restart();
  await until('it lists again', () => {
    clock.advance(500);
    return rig.story.includes('gap-closed');
  });

  expect(rig.story).toEqual(['LISTED web', 'recording-began', 'DELETED web', 'LISTED unseen', 'gap-closed']);
  expect(rig.statements.at(-1)).toMatchObject({
    type: 'gap-closed',
    watched: 'pod',
    reason: 'watch-expired',
  });
});

test('a pod that is deleted by force is marked first, then gone', async () => {
  const kubernetes = await aKubernetes();
  kubernetes.put(aPod({ name: 'web' }));
  const rig = await Rig.start(kubernetes, {});
  await until('it watches', () => kubernetes.watches.length === 1);
  kubernetes.forceDeletePod('shop', 'web');
  await rig.saw('DELETED web');

  expect(rig.story).toEqual(['LISTED web', 'recording-began', 'MODIFIED web', 'DELETED web']);
});
