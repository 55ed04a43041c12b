import { describe, expect, test } from 'vitest';
import { createDeliveryLog } from '../../../agent/deliver/delivery-log.ts';
import type { Happening } from '../../../agent/telemetry/happening.ts';
import { createTell } from '../../../agent/telemetry/tell.ts';
import { aDockerEvent, containerId } from '../../support/recorded-events.ts';

function aLog() {
  const told: { readonly fields: object; readonly message: string }[] = [];
  const line = (fields: object, message: string) => told.push({ fields, message });
  const api = new URL('http://127.0.0.1:8080');
  const counted: Happening[] = [];
  const tell = createTell({ info: line, warn: line, error: line }, (happening) => counted.push(happening));
  const now = () => Date.parse('2026-01-31T08:00:03Z');
  return { told, counted, reports: createDeliveryLog(tell, { api, cluster: 'lab' }, now) };
}

describe('delivery tells', () => {
  test.each<[status: number | undefined, sentence: RegExp]>([
    [
      undefined,
      /the podlapse API at http:\/\/127\.0\.0\.1:8080\/ cannot be used \(p\): check that it runs and that --api/,
    ],
    [401, /does not know our token \(p\): check --token-file/],
    [403, /our token may not write to cluster "lab" \(p\): check --cluster and --token-file/],
    [404, /does not take events \(p\): check that --api is the address of a podlapse API/],
  ])('what to do about %s', (status, sentence) => {
    const { told, reports } = aLog();
    reports.trouble(
      status === undefined
        ? { kind: 'unavailable', problem: 'p' }
        : { kind: 'refused', status, problem: 'p' },
    );

    expect(told[0]?.message).toMatch(sentence);
    expect(told[0]?.message).toMatch(/events are kept, and the agent keeps trying/);
  });

  test('which event was rejected and why, also if the API names its index only', () => {
    const { told, reports } = aLog();
    const event = aDockerEvent({
      action: 'die',
      occurredAt: '2026-01-31T08:00:00Z',
      containerId: containerId('a'),
    });
    reports.stored(
      { accepted: 0, duplicates: 0, rejected: [{ index: 0, id: null, reason: 'odd' }] },
      (index) => [event][index],
    );

    expect(told).toEqual([
      {
        fields: { api: 'http://127.0.0.1:8080/', cluster: 'lab', index: 0, id: event.id, reason: 'odd' },
        message: expect.stringMatching(/rejected an event for good/),
      },
    ]);
  });

  test('how long it took from when the oldest event was seen', () => {
    const { told, counted, reports } = aLog();
    const event = aDockerEvent({
      action: 'die',
      occurredAt: '2026-01-31T08:00:00Z',
      containerId: containerId('a'),
    });
    reports.stored({ accepted: 1, duplicates: 0, rejected: [] }, (index) =>
      index === 0 ? { ...event, observedAt: '2026-01-31T08:00:01.500Z' } : undefined,
    );

    expect(counted).toMatchObject([{ what: 'delivered', accepted: 1, duplicates: 0, latencyMs: 1_500 }]);
    expect(told).toEqual([]);
  });
});
