import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Observation } from '../../../agent/observation.ts';
import { playRecording, surveyRecording } from '../../../agent/recording/player.ts';
import { readRecording } from '../../../agent/recording/recording-reader.ts';
import { createRecordingWriter } from '../../../agent/recording/recording-writer.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

const OBSERVATIONS: readonly Observation[] = [
  { at: '2026-01-31T08:00:00Z', source: 'pod', raw: { type: 'ADDED', object: { text: 'a\u2028b' } } },
  { at: '2026-01-31T08:00:01Z', source: 'docker', raw: { Action: 'die', timeNano: '1795500951346929994' } },
  { at: '2026-01-31T08:01:00Z', source: 'event', raw: { type: 'ADDED', object: {} } },
];
const LINES = OBSERVATIONS.map((observation) => `${JSON.stringify(observation)}\n`).join('');

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-recording-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function aRecording(content: string | Buffer, name = 'r.ndjson'): Promise<string> {
  const path = join(await aFolder(), name);
  await writeFile(path, content);
  return path;
}

const readAll = (path: string) => Array.fromAsync(readRecording(path), ({ observation }) => observation);

describe('a recording', () => {
  test.each(['r.ndjson', 'r.ndjson.gz'])('written to %s is read as it was', async (name) => {
    const path = join(await aFolder(), name);
    const writer = await createRecordingWriter(path);
    await Promise.all(OBSERVATIONS.map(writer.observe));
    await writer.close();

    expect(await readAll(path)).toEqual(OBSERVATIONS);
    const bytes = await readFile(path);
    expect((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()).toBe(LINES);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('never takes the place of another file', async () => {
    const path = await aRecording('precious');

    await expect(createRecordingWriter(path)).rejects.toThrow(/there is a file of that name/);
    expect(await readFile(path, 'utf8')).toBe('precious');
  });

  test('cannot be made where there is no folder', async () => {
    const path = join(await aFolder(), 'none', 'r.ndjson');

    await expect(createRecordingWriter(path)).rejects.toThrow(/cannot record to .*ENOENT/);
  });

  test.each<[content: string, error: RegExp]>([
    [`${LINES}{"at":`, /r\.ndjson, line 4: is no JSON/],
    [`${LINES}\n[]\n`, /line 5: is no JSON object/],
    ['{"at":"noon","source":"pod","raw":{}}', /line 1: "at" is no RFC 3339 time/],
    [
      '{"at":"2026-01-31T08:00:00Z","source":"moon","raw":{}}',
      /line 1: "source" is none of pod, event, docker, cri, log, agent/,
    ],
    ['{"at":"2026-01-31T08:00:00Z","source":"pod","raw":7}', /line 1: "raw" is no object/],
    [`{"at":"${'x'.repeat(17 * 1024 * 1024)}"}`, /line 1: is longer than 16777216 bytes/],
  ])('that is broken says where', async (content, error) => {
    await expect(readAll(await aRecording(content))).rejects.toThrow(error);
  });

  test.each<[title: string, content: Buffer, error: RegExp]>([
    ['is no gzip', Buffer.from(LINES), /cannot read the recording .*incorrect header/],
    ['was cut', gzipSync(LINES).subarray(0, 60), /cannot read the recording .*unexpected end/],
  ])('.gz that %s says so', async (_, content, error) => {
    await expect(readAll(await aRecording(content, 'r.gz'))).rejects.toThrow(error);
  });

  test('that is not there says so', async () => {
    await expect(readAll(join(await aFolder(), 'r.ndjson'))).rejects.toThrow(
      /cannot read the recording .*ENOENT/,
    );
  });
});

describe('a survey', () => {
  test('tells what is in the recording, and is the same for it compressed', async () => {
    const plain = await surveyRecording(await aRecording(LINES));

    expect(plain).toEqual({
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      lines: 3,
      firstAt: '2026-01-31T08:00:00Z',
      sources: ['pod', 'docker', 'event'],
      hasStatements: false,
    });
    expect(await surveyRecording(await aRecording(gzipSync(LINES), 'r.gz'))).toEqual(plain);
  });

  test('of an empty recording knows no time', async () => {
    expect(await surveyRecording(await aRecording('\n\n'))).toMatchObject({ lines: 0, firstAt: undefined });
  });
});

describe('playing', () => {
  async function play(content: string, speed: number) {
    const path = await aRecording(content);
    const clock = new ManualClock();
    const observed: Observation[] = [];
    const stop = new AbortController();
    const playing = playRecording({
      path,
      survey: await surveyRecording(path),
      speed,
      observe: (observation) => {
        observed.push(observation);
        return Promise.resolve();
      },
      clock,
      signal: stop.signal,
      progress: () => {},
    });
    return { clock, observed, stop, playing };
  }

  test('at once states first what was watched, if the recording does not', async () => {
    const { observed, playing } = await play(LINES, Number.POSITIVE_INFINITY);
    await playing;

    const at = '2026-01-31T08:00:00Z';
    expect(observed).toEqual([
      ...['pod', 'docker', 'event'].map((watched) => ({
        at,
        source: 'agent',
        raw: { type: 'recording-began', watched, to: at },
      })),
      ...OBSERVATIONS,
    ]);
  });

  test("leaves the recorder's own statements as they are", async () => {
    const statement = {
      at: '2026-01-31T07:59:00Z',
      source: 'agent',
      raw: { type: 'recording-began', watched: 'pod', to: '2026-01-31T07:59:00Z' },
    };
    const { observed, playing } = await play(
      `${JSON.stringify(statement)}\n${LINES}`,
      Number.POSITIVE_INFINITY,
    );
    await playing;

    expect(observed).toEqual([statement, ...OBSERVATIONS]);
  });

  test('keeps the pace of the recording, times the speed', async () => {
    const { clock, observed, playing } = await play(LINES, 2);
    await until('the first is played', () => observed.length === 4);
    await until('the second waits', () => clock.sleeping[0] === 500);
    clock.advance(500);
    await until('the third waits', () => clock.sleeping[0] === 29_500);
    clock.advance(29_500);
    await playing;

    expect(observed).toHaveLength(6);
  });

  test('stops at once', async () => {
    const { clock, observed, stop, playing } = await play(LINES, 1);
    await until('the second waits', () => clock.sleeping.length === 1);
    stop.abort();
    await playing;

    expect(observed).toHaveLength(4);
  });
});
