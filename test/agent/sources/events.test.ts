import { expect, test } from 'vitest';
import { aboutNode, anEvent } from '../../support/builders.ts';
import { aKubernetes, passBackoff, Rig } from '../../support/list-watch-rig.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

test('Events about pods and nodes are observed, those about anything else are not', async () => {
  const kubernetes = await aKubernetes();
  kubernetes.put(anEvent({ name: 'pulled', reason: 'Pulled' }));
  kubernetes.put(anEvent({ name: 'scaled', about: { kind: 'Deployment', name: 'web', uid: 'd1' } }));
  const rig = await Rig.start(kubernetes, { watch: 'events' });
  await until('it watches', () => kubernetes.watches.length === 1);
  kubernetes.put(anEvent({ name: 'job', about: { kind: 'Job', name: 'nightly', uid: 'j1' } }));
  kubernetes.put(
    anEvent({ name: 'rebooted', reason: 'Rebooted', namespace: 'default', about: aboutNode('node1') }),
  );
  kubernetes.put(anEvent({ name: 'pulled', reason: 'Pulled', count: 2 }));
  await rig.saw('MODIFIED pulled');

  expect(rig.story).toEqual(['LISTED pulled', 'recording-began', 'ADDED rebooted', 'MODIFIED pulled']);
  expect(rig.observations.map(({ source }) => source)).toEqual(['event', 'agent', 'event', 'event']);
  expect(rig.statements[0]?.watched).toBe('event');
});

test('an Event whose time to live is over is neither observed nor kept', async () => {
  const kubernetes = await aKubernetes();
  kubernetes.put(anEvent({ name: 'old' }));
  const rig = await Rig.start(kubernetes, { watch: 'events' });
  await until('it watches', () => kubernetes.watches.length === 1);
  kubernetes.delete('events', 'shop', 'old');
  kubernetes.put(anEvent({ name: 'new' }));
  await rig.saw('ADDED new');

  expect(rig.story).toEqual(['LISTED old', 'recording-began', 'ADDED new']);
  await until('only the new one is known', async () => Object.keys(await rig.known()).length === 1);
});

test('a list after a short absence finds all Events, so nothing is lost; only new ones are told', async () => {
  const kubernetes = await aKubernetes();
  kubernetes.put(anEvent({ name: 'known' }));
  kubernetes.put(anEvent({ name: 'expires' }));
  const clock = new ManualClock();
  const rig = await Rig.start(kubernetes, { watch: 'events', clock });
  await until('it watches', () => kubernetes.watches.length === 1);
  await kubernetes.stop();
  kubernetes.delete('events', 'shop', 'expires');
  kubernetes.put(anEvent({ name: 'meanwhile' }));
  kubernetes.compact();
  for (const waitMs of [400, 800, 1_600, 3_200]) await passBackoff(clock, waitMs);
  await passBackoff(clock, 4_000);
  await rig.saw('gap-opened');
  await kubernetes.start();
  await passBackoff(clock, 2_400);
  await passBackoff(clock, 12_800);
  await rig.saw('gap-closed');

  expect(rig.story.slice(-3)).toEqual(['gap-opened', 'LISTED meanwhile', 'gap-closed']);
  const { from, to, reason } = rig.statements.at(-1) ?? {};
  expect({ isEmpty: from === to, reason }).toEqual({ isEmpty: true, reason: 'watch-expired' });
  // The one whose time was over meanwhile is forgotten: else what is known would grow for ever.
  await until('only the other two are known', async () => Object.keys(await rig.known()).length === 2);
});
