import { expect, test } from 'vitest';
import { MemorySpool } from '../../../agent/spool/memory-spool.ts';
import { sighted } from '../../../agent/telemetry/spool-sight.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { aDockerEvent, containerId } from '../../support/recorded-events.ts';

const BOUNDS = { maxEvents: 10, maxBytes: 100_000, maxAgeMs: 0 };

test('the head of the spool ages until it is delivered', async () => {
  const clock = new ManualClock('2026-01-31T08:00:00Z');
  const reports = { full: () => {}, dropped: () => Promise.resolve() };
  const memory = new MemorySpool({ maxBytes: 100_000, whenFull: 'wait', clock, reports });
  const { spool, look } = sighted(memory, () => clock.now());
  const occurredAt = '2026-01-31T08:00:00Z';
  const event = aDockerEvent({ action: 'die', occurredAt, containerId: containerId('a') });
  expect(look()).toEqual({ events: 0, bytes: 0, oldestAgeMs: 0 });

  await spool.append([{ ...event, observedAt: occurredAt }]);
  const batch = await spool.next(BOUNDS, new AbortController().signal);
  clock.advance(90_000);
  expect(look()).toMatchObject({ events: 1, oldestAgeMs: 90_000 });

  await batch?.done();
  expect(look()).toEqual({ events: 0, bytes: 0, oldestAgeMs: 0 });
});
