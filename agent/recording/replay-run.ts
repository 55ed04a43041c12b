import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { createPipeline } from '../pipeline.ts';
import type { ReplaySettings } from '../replay-settings.ts';
import { MemorySpool } from '../spool/memory-spool.ts';
import { createTell } from '../telemetry/tell.ts';
import { playRecording, surveyRecording } from './player.ts';
import { RecordingError } from './recording-error.ts';

export interface ReplayParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly version: string;
  /** How long the API may be away before the replay gives up. */
  readonly patienceMs?: number;
}

/** The replay did not deliver everything; the message says what is missing and why. */
export class ReplayIncompleteError extends Error {
  override readonly name = 'ReplayIncompleteError';
}

/** How often progress is told. */
const PROGRESS_EVERY_MS = 2_000;

/**
 * Sends a recording through the agent's pipeline and waits until the API has all of it. Gives how many events it
 * took, of which some may have been known before.
 *
 * @throws RecordingError before anything is sent
 * @throws ReplayIncompleteError
 */
export async function replay(
  settings: ReplaySettings,
  parts: ReplayParts,
  signal: AbortSignal,
): Promise<number> {
  const { clock, random, log, version, patienceMs = 30_000 } = parts;
  const survey = await surveyRecording(settings.recording);
  if (survey.firstAt === undefined) throw new RecordingError(`${settings.recording} holds no observation`);

  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const giveUp = (why: string) => stop.abort(why);
  let recovery = new AbortController();
  const losePatience = async (recovered: AbortSignal, problem: string) => {
    await clock.sleep(patienceMs, recovered);
    if (!recovered.aborted) giveUp(`${problem}, for ${patienceMs / 1000} s`);
  };
  let taken = 0;
  let refused = 0;
  const pipeline = await createPipeline({
    agent: {
      // The same recording is the same agent: replayed again, its statements have the same ids.
      instance: `recording-${survey.sha256.slice(0, 32)}`,
      role: 'all',
      version,
      ...(settings.nodeName === undefined ? {} : { node: settings.nodeName }),
    },
    send: settings,
    spool: (spoolReports) =>
      new MemorySpool({
        maxBytes: settings.spoolMaxBytes,
        whenFull: 'wait',
        clock,
        reports: spoolReports,
      }),
    watched: [],
    clock,
    random,
    log,
    tell: createTell(log),
    reports: {
      trouble({ kind, problem }) {
        if (kind === 'refused') {
          giveUp(problem);
          return;
        }
        void losePatience(recovery.signal, problem);
      },
      recovered() {
        recovery.abort();
        recovery = new AbortController();
      },
      stored(receipt) {
        taken += receipt.accepted + receipt.duplicates;
        refused += receipt.rejected.length;
      },
      undeliverable() {
        refused += 1;
      },
    },
  });

  let toldAtMs = clock.now();
  const progress = (played: number) => {
    if (clock.now() - toldAtMs < PROGRESS_EVERY_MS) return;
    toldAtMs = clock.now();
    log.info({ played, lines: survey.lines }, `played ${played} of ${survey.lines} observations`);
  };
  const { recording: path, speed } = settings;
  let left = 0;
  try {
    await Promise.race([
      playRecording({ path, survey, speed, observe: pipeline.observe, clock, signal: ended, progress }),
      aborted(ended),
    ]);
  } finally {
    left = await pipeline.drain(ended);
    recovery.abort();
  }
  if (stop.signal.aborted) {
    throw new ReplayIncompleteError(
      `the replay gave up: the podlapse API at ${settings.api.href} does not take it (${String(stop.signal.reason)})`,
    );
  }
  if (signal.aborted) {
    throw new ReplayIncompleteError(
      `the replay was stopped; ${left} events were waiting, and the rest was not played`,
    );
  }
  if (refused > 0) {
    throw new ReplayIncompleteError(
      `the podlapse API rejected ${refused} events of the recording, see above`,
    );
  }
  return taken;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
