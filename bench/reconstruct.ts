import type { RecordedEvent } from '../timeline/contract/event.ts';
import { reconstruct } from '../timeline/reconstruct/reconstruct.ts';
import { compareTimes } from '../timeline/time.ts';
import type { Bench } from './bench.ts';
import { medianRatio, timed } from './measure.ts';
import { churnTrace } from './trace.ts';

const FEW = 1_000;
const MANY = 100_000;

interface Trace {
  readonly uid: string;
  readonly events: readonly RecordedEvent[];
}

function traceOf(events: number, seed = ''): Trace {
  const trace = churnTrace({
    pods: 1,
    restartsPerPod: Math.round(events / 10),
    startAt: '2026-01-01T00:00:00.000Z',
    restartEveryMs: 60_000,
    seed: `reconstruct ${events} ${seed}`,
  });
  const uid = trace.find((event) => event.source === 'docker')?.pod.uid;
  if (uid === undefined) throw new Error('the trace has no pod');
  return { uid, events: trace };
}

/** Repeats short work, so that each measurement takes long enough to be one; gives milliseconds an event. */
function perEvent(events: number, work: () => void): Promise<number> {
  const repetitions = Math.max(1, Math.round(MANY / events));
  return timed(() => {
    for (let time = 0; time < repetitions; time += 1) work();
    return Promise.resolve();
  }).then((ms) => ms / (repetitions * events));
}

/**
 * The cost of an event in one history of 100,000, over its cost in a hundred histories of 1,000. Both read the same
 * amount of memory, so that the processor's caches do not make the short ones look cheaper than they are.
 */
export const reconstructLinearity: Bench = {
  names: ['reconstruct-linearity'],
  async run() {
    const short = Array.from({ length: MANY / FEW }, (_, index) => traceOf(FEW, String(index)));
    const long = [traceOf(MANY)];
    const cost = (traces: readonly Trace[]) =>
      timed(() => {
        for (const { uid, events } of traces) {
          if (reconstruct('bench', uid, events) === undefined) throw new Error('the trace tells of no pod');
        }
        return Promise.resolve();
      }).then((ms) => ms / traces.reduce((sum, { events }) => sum + events.length, 0));
    const value = await medianRatio(
      { warmUp: 3, counted: 15 },
      () => cost(long),
      () => cost(short),
    );
    return [{ name: 'reconstruct-linearity', value, unit: 'ratio', goal: 1.2, better: 'lower' }];
  },
};

/** Reconstructing a history, over parsing its events from JSON and sorting them by time. */
export const reconstructOverParsing: Bench = {
  names: ['reconstruct-vs-parse-and-sort'],
  async run() {
    const { uid, events } = traceOf(FEW);
    const lines = events.map((event) => JSON.stringify(event));
    const ours = () => perEvent(events.length, () => void reconstruct('bench', uid, events));
    const bare = () =>
      perEvent(events.length, () => {
        const parsed = lines.map((line) => JSON.parse(line) as RecordedEvent);
        parsed.sort((a, b) => compareTimes(a.occurredAt, b.occurredAt));
      });
    const value = await medianRatio({ warmUp: 2, counted: 9 }, ours, bare);
    return [{ name: 'reconstruct-vs-parse-and-sort', value, unit: 'ratio', goal: 2, better: 'lower' }];
  },
};
