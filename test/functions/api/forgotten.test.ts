import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { churnTrace } from '../../../bench/trace.ts';
import { createDynamoStore } from '../../../functions/store/dynamo-store.ts';
import { timeline as timelineSchema } from '../../../timeline/contract/timeline.ts';
import { startTestApi, type TestApi } from '../../support/api.ts';
import { type Engine, startDynalite } from '../../support/dynamodb.ts';
import { aStatement } from '../../support/recorded-events.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2025-03-01T10:00:00Z');
const trace = churnTrace({
  pods: 1,
  restartsPerPod: 6,
  startAt: new Date(START_MS).toISOString(),
  restartEveryMs: 10 * DAY_MS,
  seed: 'forgotten',
});
const uid = trace.flatMap((event) => (event.source === 'docker' ? (event.pod?.uid ?? []) : []))[0] ?? '';
const began = aStatement({
  type: 'recording-began',
  watched: 'docker',
  sequence: 0,
  to: '2025-02-01T00:00:00Z',
  agent: { instance: 'agent-1', node: 'node-0', role: 'node' },
});

let engine: Engine;
let api: TestApi;
let nowMs = START_MS;
beforeEach(async () => {
  engine = await startDynalite();
  const store = createDynamoStore({
    ...engine,
    clock: () => nowMs,
    retention: { eventsDays: 30, restartsDays: null, rollupsDays: null },
  });
  for (const event of [began, ...trace]) {
    nowMs = Date.parse(event.observedAt);
    await store.putEvents('lab', [event]);
  }
  api = await startTestApi({ engine, clock: () => nowMs, wrap: () => store });
});
afterEach(async () => {
  await api.close();
  await engine.close();
});

const timelineNow = async () => {
  const { status, json } = await api.get(`/v1/clusters/lab/pods/${uid}/timeline`);
  expect(status).toBe(200);
  return timelineSchema.parse(json);
};

describe('the timeline of a pod whose first events are kept no longer', () => {
  it('counts all its restarts, tells those that are left, and says where it knows no more', async () => {
    const { pod, summary, restarts, gaps } = await timelineNow();
    expect(summary).toMatchObject({ restarts: 6, counted: 6, complete: false });
    expect(restarts.length).toBeGreaterThan(0);
    expect(restarts.length).toBeLessThan(6);
    expect(pod).toMatchObject({ workload: { kind: 'Deployment' }, createdAt: '2025-03-01T10:00:00.000Z' });
    const left = (await api.get(`/v1/clusters/lab/pods/${uid}/events`)).json.items;
    const gap = gaps.find(({ source, reason }) => source === 'docker' && reason === 'retention');
    expect(gap?.from).toBe('2025-03-01T10:00:00.000Z');
    expect(gap?.to).toBe(left[0]?.occurredAt);
  });

  it('is there with what they came to when none of its events is left', async () => {
    nowMs += 200 * DAY_MS;
    const { pod, summary, restarts, gaps } = await timelineNow();
    expect(pod).toMatchObject({ node: 'node-0', workload: { kind: 'Deployment' } });
    expect(summary).toMatchObject({ restarts: 6, counted: 6, complete: false });
    expect(restarts).toEqual([]);
    expect(gaps.map(({ reason }) => reason)).toEqual(['retention', 'retention']);
    const events = await api.get(`/v1/clusters/lab/pods/${uid}/events`);
    expect([events.status, events.json.items]).toEqual([200, []]);
    const from = new Date(START_MS).toISOString();
    const listed = await api.get(
      `/v1/restarts?from=${from}&to=${new Date(START_MS + 20 * DAY_MS).toISOString()}`,
    );
    expect(listed.json.items).toHaveLength(1);
    const text = await api.get(`/v1/clusters/lab/pods/${uid}/timeline?format=text`);
    expect([text.status, text.text.includes('retention')]).toEqual([200, true]);
  });
});
