import { describe, expect, it } from 'vitest';
import { DropCount } from '../../../agent/spool/dropped.ts';
import { aDockerEvent, aLog, containerId } from '../../support/recorded-events.ts';

describe('what was dropped', () => {
  it('is a log of which nothing is told, since no fact of a timeline is missing without it', () => {
    const drops = new DropCount();
    drops.addEvent(aLog({ containerId: containerId('first') }), 'spool-full');
    expect(drops.isEmpty).toBe(true);

    const occurredAt = '2026-03-01T10:00:00.000Z';
    drops.addEvent(
      aDockerEvent({ action: 'die', occurredAt, containerId: containerId('first') }),
      'spool-full',
    );
    expect(drops.take()).toEqual([
      { watched: 'docker', count: 1, from: occurredAt, to: occurredAt, reason: 'spool-full' },
    ]);
  });
});
