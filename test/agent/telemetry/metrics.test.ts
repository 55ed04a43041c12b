import { describe, expect, test } from 'vitest';
import type { Happening } from '../../../agent/telemetry/happening.ts';
import { createMetrics } from '../../../agent/telemetry/metrics.ts';

const AT = Date.parse('2026-01-31T08:00:00Z');
const api = new URL('http://127.0.0.1:8080');

function someMetrics() {
  let nowMs = AT;
  const metrics = createMetrics(
    { instance: 'a', role: 'node', node: 'node1', version: '0.1.0' },
    () => nowMs,
  );
  return {
    metrics,
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** The samples whose name begins with this, as `name{labels}` to value. */
    samples: async (prefix: string): Promise<Record<string, number>> => {
      const { text } = await metrics.render();
      return Object.fromEntries(
        text
          .split('\n')
          .filter((line) => line.startsWith(`podlapse_agent_${prefix}`))
          .map((line) => {
            const cut = line.lastIndexOf(' ');
            return [line.slice('podlapse_agent_'.length, cut), Number(line.slice(cut + 1))];
          }),
      );
    },
  };
}

const watch = { source: 'pod', server: 'https://k', resource: 'pods' } as const;

describe("the agent's numbers", () => {
  test('are Prometheus text, and say which agent they are of', async () => {
    const { metrics, samples } = someMetrics();

    expect(await metrics.render()).toMatchObject({
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      text: expect.stringMatching(/^# HELP podlapse_agent_info .*\n# TYPE podlapse_agent_info gauge\n/m),
    });
    expect(await samples('info')).toEqual({ 'info{version="0.1.0",role="node",node="node1"}': 1 });
  });

  test.each<[told: readonly Happening[], prefix: string, samples: Record<string, number>]>([
    [
      [
        { what: 'recorded', source: 'pod', events: 1 },
        { what: 'recorded', source: 'pod', events: 2 },
        { what: 'recorded', source: 'docker', events: 1 },
      ],
      'events_total',
      { 'events_total{source="pod"}': 3, 'events_total{source="docker"}': 1 },
    ],
    [
      [
        { what: 'left-out', drop: { kind: 'field', source: 'pod', field: 'x' }, isNews: true },
        { what: 'left-out', drop: { kind: 'field', source: 'pod', field: 'x' }, isNews: false },
      ],
      'left_out',
      { 'left_out_total{source="pod",kind="field"}': 2 },
    ],
    [
      [
        { what: 'stated', statement: { type: 'recording-began', watched: 'pod' } },
        { what: 'stated', statement: { type: 'recording-began', watched: 'docker' } },
        {
          what: 'stated',
          statement: { type: 'gap-opened', watched: 'docker', reason: 'docker-unreachable' },
        },
      ],
      'gap',
      {
        'gap_open{source="pod"}': 0,
        'gap_open{source="docker"}': 1,
        'gaps_total{source="docker",reason="docker-unreachable"}': 1,
      },
    ],
    [
      [
        {
          what: 'stated',
          statement: { type: 'events-dropped', watched: 'pod', reason: 'spool-full', dropped: 7 },
        },
      ],
      'events_dropped',
      { 'events_dropped_total{source="pod",reason="spool-full"}': 7 },
    ],
    [
      [
        { what: 'watch-failed', ...watch, reason: 'forbidden', error: new Error('403'), isNews: false },
        { what: 'watch-expired', ...watch, reason: 'watch-expired', error: new Error('410') },
        {
          what: 'docker-failed',
          socketPath: '/d',
          code: 'ECONNREFUSED',
          error: undefined,
          isNews: true,
        },
      ],
      'watch_restarts',
      {
        'watch_restarts_total{source="pod",reason="forbidden"}': 1,
        'watch_restarts_total{source="pod",reason="watch-expired"}': 1,
        'watch_restarts_total{source="docker",reason="unreachable"}': 1,
      },
    ],
    [
      [
        { what: 'delivered', api, cluster: 'lab', accepted: 5, duplicates: 1, latencyMs: 300 },
        { what: 'event-rejected', api, cluster: 'lab', index: 0, id: 'x', reason: 'odd' },
        { what: 'event-undeliverable', api, cluster: 'lab', id: 'y', source: 'pod', problem: 'odd' },
      ],
      'delivered',
      {
        'delivered_events_total{result="accepted"}': 5,
        'delivered_events_total{result="duplicate"}': 1,
        'delivered_events_total{result="rejected"}': 1,
        'delivered_events_total{result="undeliverable"}': 1,
      },
    ],
    [
      [{ what: 'delivery-failed', api, cluster: 'lab', status: undefined, problem: 'away' }],
      'delivery_',
      { 'delivery_outages_total{reason="unavailable"}': 1, delivery_down: 1 },
    ],
    [
      [
        { what: 'delivery-failed', api, cluster: 'lab', status: 401, problem: 'who' },
        { what: 'delivery-recovered', api, cluster: 'lab' },
      ],
      'delivery_down',
      { delivery_down: 0 },
    ],
    [[], 'leading', {}],
    [[{ what: 'leading-began', lease: 'n/l', identity: 'a' }], 'leading', { leading: 1 }],
    [[{ what: 'following', lease: 'n/l', leader: 'b' }], 'leading', { leading: 0 }],
  ])('count %j as %s', async (told, prefix, expected) => {
    const { metrics, samples } = someMetrics();
    for (const happening of told) metrics.count(happening);

    expect(await samples(prefix)).toMatchObject(expected);
    if (prefix === 'leading') expect(await samples(prefix)).toEqual(expected);
  });

  test('have the time from seen to durable as a histogram', async () => {
    const { metrics, samples } = someMetrics();
    for (const latencyMs of [80, 300, 90_000]) {
      metrics.count({ what: 'delivered', api, cluster: 'lab', accepted: 1, duplicates: 0, latencyMs });
    }

    expect(await samples('delivery_seconds')).toMatchObject({
      'delivery_seconds_bucket{le="0.1"}': 1,
      'delivery_seconds_bucket{le="0.5"}': 2,
      'delivery_seconds_bucket{le="300"}': 3,
      delivery_seconds_count: 3,
      delivery_seconds_sum: 90.38,
    });
  });

  test('look at the spool, and at how long ago a version moved, when they are asked for', async () => {
    const { metrics, pass, samples } = someMetrics();
    metrics.followSpool(() => ({ events: 3, bytes: 1_200, oldestAgeMs: 4_500 }));
    metrics.count({ what: 'version-moved', source: 'pod', atMs: AT });
    pass(61_000);

    expect(await samples('spool')).toEqual({
      spool_events: 3,
      spool_bytes: 1_200,
      spool_oldest_age_seconds: 4.5,
    });
    expect(await samples('resource_version')).toEqual({
      'resource_version_age_seconds{source="pod"}': 61,
    });
  });

  test('have what the process takes', async () => {
    const { text } = await someMetrics().metrics.render();

    expect(Number(/^process_resident_memory_bytes (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(10_000_000);
    expect(Number(/^process_cpu_seconds_total (\S+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
  });
});
