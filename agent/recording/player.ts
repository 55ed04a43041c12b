import { createHash } from 'node:crypto';
import type { WatchedSource } from '../../timeline/contract/agent-event.ts';
import type { Timestamp } from '../../timeline/contract/primitives.ts';
import { millisBetween } from '../../timeline/time.ts';
import type { Clock } from '../clock.ts';
import type { Observe } from '../observation.ts';
import { parseStatement } from '../trim/statement.ts';
import { readRecording } from './recording-reader.ts';

/** What must be known of a recording before its first line is played. */
export interface RecordingSurvey {
  /** Of its lines, so that the same recording is the same whether compressed or not. */
  readonly sha256: string;
  readonly lines: number;
  readonly firstAt: Timestamp | undefined;
  readonly sources: readonly WatchedSource[];
  /** Whether the recorder's own statements are in it. */
  readonly hasStatements: boolean;
}

/** Reads a recording through. @throws RecordingError */
export async function surveyRecording(path: string): Promise<RecordingSurvey> {
  const sum = createHash('sha256');
  const sources = new Set<WatchedSource>();
  let lines = 0;
  let firstAt: Timestamp | undefined;
  let hasStatements = false;
  for await (const { observation, text } of readRecording(path)) {
    sum.update(text).update('\n');
    lines += 1;
    firstAt ??= observation.at;
    if (observation.source === 'log') continue;
    if (observation.source !== 'agent') sources.add(observation.source);
    else hasStatements ||= parseStatement(observation.raw) !== undefined;
  }
  return { sha256: sum.digest('hex'), lines, firstAt, sources: [...sources], hasStatements };
}

export interface PlaySettings {
  readonly path: string;
  readonly survey: RecordingSurvey;
  /** How many times faster than it was; Infinity for at once. */
  readonly speed: number;
  readonly observe: Observe;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called before each line, with how many were played. */
  readonly progress: (played: number) => void;
}

/**
 * Plays a recording into a pipeline, at its own pace. One without the recorder's statements was watched from its
 * first line on: that is stated in their place. @throws RecordingError
 */
export async function playRecording(settings: PlaySettings): Promise<void> {
  const { path, survey, speed, observe, clock, signal, progress } = settings;
  const { firstAt } = survey;
  if (firstAt === undefined) return;
  if (!survey.hasStatements) {
    for (const watched of survey.sources) {
      await observe({ at: firstAt, source: 'agent', raw: { type: 'recording-began', watched, to: firstAt } });
    }
  }
  const startMs = clock.now();
  let played = 0;
  for await (const { observation } of readRecording(path)) {
    progress(played);
    const dueMs = startMs + millisBetween(firstAt, observation.at) / speed;
    if (dueMs > clock.now()) await clock.sleep(dueMs - clock.now(), signal);
    if (signal.aborted) return;
    await observe(observation);
    played += 1;
  }
  progress(played);
}
