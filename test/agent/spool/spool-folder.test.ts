import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SpoolInUseError } from '../../../agent/spool/folder-lock.ts';
import { openSpoolFolder, SpoolOwnerError } from '../../../agent/spool/spool-folder.ts';
import type { DiskSpoolReports } from '../../../agent/spool/spool-reports.ts';
import { eventsOf } from '../../support/batch-events.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { aDockerEvent } from '../../support/recorded-events.ts';

const die = aDockerEvent({ action: 'die', occurredAt: '2026-01-31T08:00:00Z', containerId: 'c1' });
const NEVER = new AbortController().signal;
const silent: DiskSpoolReports = {
  full: () => {},
  dropped: () => Promise.resolve(),
  onlyInMemory: () => {},
  onDiskAgain: () => {},
  torn: () => {},
};

async function aPath(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'podlapse-folder-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return join(path, 'spool');
}

const opened = (folder: string, cluster = 'lab') => {
  const told: string[] = [];
  const line = (_: object, message: string) => told.push(message);
  const log = { info: line, warn: line, error: line };
  return openSpoolFolder({ folder, cluster, maxBytes: 1_000_000, clock: new ManualClock(), log });
};

describe('the folder of an agent', () => {
  test('is made, for nobody else to read, and gives back what was left in it', async () => {
    const path = await aPath();
    const first = await opened(path);
    const spool = await first.openSpool(silent);
    await spool.append([die]);
    await spool.close();
    await first.close();
    const second = await opened(path);
    onTestFinished(() => second.close());
    const again = await second.openSpool(silent);
    expect(eventsOf(await again.next({ maxEvents: 9, maxBytes: 9_999, maxAgeMs: 0 }, NEVER))).toEqual([die]);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect((await stat(join(path, 'events-0000000001.spool'))).mode & 0o777).toBe(0o600);
  });

  test('is for one agent at a time', async () => {
    const path = await aPath();
    const first = await opened(path);
    await expect(opened(path)).rejects.toThrow(SpoolInUseError);
    await first.close();
    await (await opened(path)).close();
  });

  test('is for one cluster', async () => {
    const path = await aPath();
    await (await opened(path, 'lab')).close();
    await expect(opened(path, 'other')).rejects.toThrow(SpoolOwnerError);
    // Which does not keep the right one away.
    await (await opened(path, 'lab')).close();
  });

  test('with a path that no socket can have is refused with what to do', async () => {
    await expect(opened(join(await aPath(), 'x'.repeat(120)))).rejects.toThrow(/is too long to be locked/);
  });
});
