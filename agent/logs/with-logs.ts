import type { Source } from '../observation.ts';
import type { EndedRunLogs } from './ended-run-logs.ts';

/** Pods as they are watched, and beside them the logs of the runs that ended. */
export function withLogs(pods: Source, logs: EndedRunLogs): Source {
  return {
    name: pods.name,
    async run(observe, signal) {
      const ended = new AbortController();
      const reading = logs.run(observe, AbortSignal.any([signal, ended.signal]));
      // What it fails on, the spool, is what the watch fails on as well.
      reading.catch(() => {});
      try {
        await pods.run((observation) => {
          // Its place in line comes first: what is heard of a log has its pod before it.
          const safe = observe(observation);
          if (observation.source === 'pod') logs.look(observation.raw);
          return safe;
        }, signal);
      } finally {
        ended.abort();
        await reading;
      }
    },
  };
}
