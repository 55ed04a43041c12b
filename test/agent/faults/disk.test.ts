import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aWorld } from '../../support/killable-agent.ts';
import { aSmallDisk, missingForSmallDisk } from '../../support/small-disk.ts';
import { until } from '../../support/until.ts';

const missing = missingForSmallDisk();

describe.skipIf(missing !== undefined)(`a disk${missing === undefined ? '' : ` (${missing})`}`, () => {
  test('that is full: events are kept in memory, sent when the API is back, and the disk is used again', async () => {
    const disk = aSmallDisk('300k');
    const world = await aWorld({ spoolDir: join(disk.path, 'spool') });
    const { server, cluster, start, stated, complete, statements } = world;
    const agent = start();
    await stated('recording-began', 'event');
    await server.close();
    cluster.create('web');
    for (let restart = 0; restart < 600; restart += 1) cluster.restart('web');
    await agent.says(/the spool cannot be written \(ENOSPC.*make room on the disk of --spool-dir/);
    for (let restart = 0; restart < 100; restart += 1) cluster.restart('web');
    await server.open();
    await complete(cluster, 30_000);
    await agent.says(/the spool can be written again/);
    cluster.restart('web');
    await complete(cluster);
    agent.signal('SIGTERM');

    expect(await agent.ended()).toBe(0);
    expect(statements().filter(({ reason }) => reason === 'spool-in-memory')).toMatchObject([
      { watched: 'pod', dropped: 0 },
      { watched: 'event', dropped: 0 },
    ]);
    const [uid = ''] = cluster.uids;
    expect(world.timelineOf(uid).summary.restarts).toBe(701);
  });

  test('that is read-only: the agent records all the same, and takes to the disk when it can', async () => {
    const disk = aSmallDisk('2m');
    disk.readOnly();
    const { cluster, spool, start, stated, complete, server } = await aWorld({
      spoolDir: join(disk.path, 'spool'),
    });
    const agent = start();
    await agent.says(/the spool cannot be written \(EROFS.*mount --spool-dir so that it can be written to/);
    await stated('recording-began', 'event');
    cluster.create('web');
    await complete(cluster);
    await server.close();
    cluster.restart('web');
    disk.writable();
    await agent.says(/the spool can be written again/);
    agent.signal('SIGKILL');
    await agent.ended();
    expect(await readdir(spool)).toContain('events-0000000001.spool');
    await server.open();
    start();
    await complete(cluster);
  });

  test('that turns read-only while the agent is killed: what waits on it is sent all the same', async () => {
    const disk = aSmallDisk('2m');
    const { cluster, start, stated, complete, server } = await aWorld({ spoolDir: join(disk.path, 'spool') });
    const first = start();
    await stated('recording-began', 'event');
    await server.close();
    cluster.create('web');
    cluster.restart('web');
    await first.says(/cannot be used/);
    first.signal('SIGKILL');
    await first.ended();
    disk.readOnly();
    await server.open();
    const second = start();
    await complete(cluster);
    second.signal('SIGTERM');

    expect(await second.ended()).toBe(0);
    await until('it has said so', () => /the spool cannot be written/.test(second.err));
  });
});
