import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { recordedEvent } from '../../../timeline/contract/event.ts';
import { accept, answer, type Behaviour } from '../../support/ingest-server.ts';
import { aWorld } from '../../support/killable-agent.ts';

const KILLS = Number(process.env['PODLAPSE_TEST_KILLS'] ?? 30);

/** Takes most; sometimes is overloaded, sometimes takes a batch and is cut off before it can say so. */
const moody: Behaviour = (request, response) => {
  const chance = Math.random();
  if (chance < 0.1) answer(503)(request, response);
  else if (chance < 0.2) response.destroy();
  else accept(request, response);
};

test(
  `an agent that is killed ${KILLS} times during churn loses nothing, and its timelines are complete`,
  async () => {
    const { kubernetes, server, cluster, start, stated, complete, stored, timelineOf } = await aWorld();
    let agent = start();
    await stated('recording-began', 'pod');
    await stated('recording-began', 'event');
    server.otherwise(moody);
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const churning = cluster.churn(['a', 'b', 'c', 'd', 'e', 'f'], 4, stop.signal);
    for (let kill = 0; kill < KILLS; kill += 1) {
      // From before it has read its spool until it is in the midst of delivering.
      await delay(200 + Math.random() * 600);
      agent.signal('SIGKILL');
      await agent.ended();
      agent = start();
    }
    stop.abort();
    await churning;
    server.otherwise(accept);
    await complete(cluster);
    for (const uid of cluster.uids) {
      expect(timelineOf(uid)).toMatchObject({ gaps: [], summary: { complete: true } });
    }
    agent.signal('SIGTERM');
    expect(await agent.ended()).toBe(0);

    const events = stored();
    const watched = Array.from(events.keys()).filter((id) => !id.startsWith('agent/'));
    expect(new Set(watched)).toEqual(cluster.expected);
    for (const event of events.values()) expect(recordedEvent.safeParse(event).error?.issues).toBeUndefined();
    // One list for each source: every other start went on from where the one before was.
    expect(kubernetes.requests.filter(({ verb }) => verb === 'list')).toHaveLength(2);
  },
  30_000 + KILLS * 3_000,
);

test('an agent that is killed, and whose version expires before it is back, tells the stretch that it missed', async () => {
  const { kubernetes, cluster, start, stated, complete, statements, stored, timelineOf } = await aWorld();
  const first = start();
  await stated('recording-began', 'pod');
  await stated('recording-began', 'event');
  for (const name of ['stays', 'goes']) cluster.create(name);
  await complete(cluster);
  first.signal('SIGKILL');
  const killedAt = new Date().toISOString();
  await first.ended();
  const [stays = '', goes = ''] = cluster.uids;
  kubernetes.delete('pods', 'shop', 'goes');
  kubernetes.update('pods', 'shop', 'stays', (pod) => pod);
  kubernetes.compact();
  await delay(50);
  start();
  await stated('recording-began', 'pod', 2);
  await stated('recording-began', 'event', 2);

  const began = statements().filter(
    ({ type, watched }) => type === 'recording-began' && watched === 'pod',
  )[1];
  expect(began).toMatchObject({ reason: 'watch-expired' });
  // From the last time that it was known to be well, three seconds before at most.
  expect(Date.parse(killedAt) - Date.parse(began?.from ?? '')).toBeGreaterThanOrEqual(0);
  expect(Date.parse(killedAt) - Date.parse(began?.from ?? '')).toBeLessThan(3_500);
  expect(timelineOf(stays)).toMatchObject({
    gaps: [{ source: 'pod', from: began?.from, to: began?.to, reason: 'agent-restarted' }],
    summary: { complete: false },
  });
  expect(Array.from(stored().values())).toContainEqual(
    expect.objectContaining({ source: 'pod', type: 'VANISHED', pod: expect.objectContaining({ uid: goes }) }),
  );
});
