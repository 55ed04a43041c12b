import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Observation } from '../../agent/observation.ts';
import { createTrim } from '../../agent/trim/trim.ts';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { type ApiProcess, startApi } from '../support/api-process.ts';
import { startProgram } from '../support/program.ts';

const recording = 'examples/seed/recording.ndjson';

function eventsOfSeed(): RecordedEvent[] {
  const trim = createTrim({ agent: { instance: 'seed', role: 'all', version: 'test' } });
  const lines = readFileSync(new URL(`../../${recording}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.flatMap((line) => trim(JSON.parse(line) as Observation));
}

describe('events that arrive in any order and any number of times', () => {
  let api: ApiProcess;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api?.close());

  const accountOf = async (cluster: string) => {
    const timeline = await api.timelineOf(cluster, 'default', 'pod-apache');
    return JSON.stringify(timeline).replaceAll(`"${cluster}"`, '"the cluster"');
  };
  const send = async (cluster: string, events: readonly RecordedEvent[]) => {
    const response = await fetch(`${api.url}/v1/clusters/${cluster}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events }),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as { accepted: number; duplicates: number; rejected: unknown[] };
  };

  it('give over HTTP what they give at once and in order', async () => {
    const events = eventsOfSeed();
    await send('in-order', events);
    const expected = await accountOf('in-order');
    let clusters = 0;
    const batches = fc
      .shuffledSubarray(events, { minLength: events.length, maxLength: events.length })
      .chain((disordered) =>
        fc.tuple(fc.constant(disordered), fc.subarray(events), fc.integer({ min: 1, max: 30 })),
      );
    await fc.assert(
      fc.asyncProperty(batches, async ([disordered, again, size]) => {
        clusters += 1;
        const cluster = `disordered-${clusters}`;
        let accepted = 0;
        let duplicates = 0;
        for (const all of [disordered, again]) {
          for (let at = 0; at < all.length; at += size) {
            const answer = await send(cluster, all.slice(at, at + size));
            accepted += answer.accepted;
            duplicates += answer.duplicates;
            expect(answer.rejected).toEqual([]);
          }
        }
        expect({ accepted, duplicates }).toEqual({ accepted: events.length, duplicates: again.length });
        expect(await accountOf(cluster)).toBe(expected);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  it('are stored once when a recording is replayed twice', async () => {
    const replay = async () => {
      const program = startProgram('agent/replay.ts', [
        `--recording=${recording}`,
        '--cluster=replayed',
        `--api=${api.url}`,
        '--speed=max',
      ]);
      const [code] = await once(program.process, 'exit');
      expect(program.stderr).not.toContain('error');
      expect(code).toBe(0);
    };
    await replay();
    const first = await api.read<Timeline>(
      '/v1/clusters/replayed/pods/36253f3c-4ed5-11ea-a10e-0242294e2d14/timeline',
    );
    const raw = await api.read(
      '/v1/clusters/replayed/pods/36253f3c-4ed5-11ea-a10e-0242294e2d14/events?limit=1000',
    );
    await replay();
    expect(
      await api.read('/v1/clusters/replayed/pods/36253f3c-4ed5-11ea-a10e-0242294e2d14/timeline'),
    ).toEqual(first);
    expect(
      await api.read('/v1/clusters/replayed/pods/36253f3c-4ed5-11ea-a10e-0242294e2d14/events?limit=1000'),
    ).toEqual(raw);
    expect(first?.summary).toMatchObject({ restarts: 4, counted: 3, uncounted: 1 });
  });
});
