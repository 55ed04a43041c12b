import { onTestFinished, describe, expect, it } from 'vitest';
import { type EndedRunLog, EndedRunLogs } from '../../../agent/logs/ended-run-logs.ts';
import { withLogs } from '../../../agent/logs/with-logs.ts';
import type { Observation, Observe, Source } from '../../../agent/observation.ts';
import { type KubernetesClient, KubernetesUnreachableError } from '../../../agent/sources/kubernetes-api.ts';
import type { Happening } from '../../../agent/telemetry/happening.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

interface Asked {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  answer(status: number, body: string): void;
  fail(error: Error): void;
}

/** A pod whose container web restarted `times` times. */
function aPod(times: number, name = 'web-0', finishedAt = '2026-01-31T07:59:58Z'): object {
  const lastState = {
    terminated: {
      containerID: `docker://${name}-${times - 1}`,
      exitCode: 1,
      startedAt: finishedAt,
      finishedAt,
    },
  };
  return {
    metadata: { namespace: 'shop', name, uid: `uid-${name}`, resourceVersion: String(times + 1) },
    spec: { nodeName: 'node1', containers: [{ name: 'web' }] },
    status: {
      containerStatuses: [
        {
          name: 'web',
          ready: true,
          restartCount: times,
          containerID: `docker://${name}-${times}`,
          state: { running: { startedAt: '2026-01-31T07:59:59Z' } },
          ...(times > 0 ? { lastState } : {}),
        },
      ],
    },
  };
}

/** A source of pods that a test tells what to say, with the logs beside it, and an API server that a test answers for. */
function aRig() {
  const asked: Asked[] = [];
  const observations: Observation[] = [];
  const happenings: Happening[] = [];
  const clock = new ManualClock();
  const client: KubernetesClient = {
    server: 'https://kubernetes',
    get: (path, query, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        asked.push({
          path,
          query,
          answer: (status, body) =>
            resolve({ status, retryAfter: undefined, body: ReadableStream.from([Buffer.from(body)]) }),
          fail: reject,
        });
      }),
  };
  let tellPods: Observe = () => Promise.reject(new Error('the source does not run'));
  const pods: Source = {
    name: 'pod',
    run: (observe, signal) => {
      tellPods = observe;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  const tell = (happening: Happening) => happenings.push(happening);
  const logs = new EndedRunLogs({ client, clock, tell, bounds: { lines: 20, maxBytes: 4_096 } });
  const stop = new AbortController();
  const done = withLogs(pods, logs).run((observation) => {
    observations.push(observation);
    return Promise.resolve();
  }, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  return {
    asked,
    clock,
    say: (object: object, type = 'MODIFIED') =>
      tellPods({ at: '2026-01-31T08:00:00Z', source: 'pod', raw: { type, object } }),
    was: (times: number) => until(`it is asked ${times} times`, () => asked.length >= times),
    outcomes: () => happenings.flatMap((one) => (one.what === 'log-asked' ? [one.outcome] : [])),
    news: () => happenings.filter((one) => one.what === 'log-asked' && one.isNews).length,
    logs: () => observations.filter(({ source }) => source === 'log').map(({ raw }) => raw as EndedRunLog),
    sources: () => observations.map(({ source }) => source),
  };
}

describe('the logs of runs that ended', () => {
  it('asks for the last lines of the run before when a pod tells of a restart, once', async () => {
    const rig = aRig();
    await rig.say(aPod(0), 'ADDED');
    await rig.say(aPod(1));
    await rig.say(aPod(1));
    await rig.was(1);
    rig.asked[0]?.answer(200, '2026-01-31T07:59:58Z bye\n');
    await until('the log is observed', () => rig.logs().length > 0);

    expect(rig.asked.map(({ path, query }) => [path, query])).toEqual([
      [
        '/api/v1/namespaces/shop/pods/web-0/log',
        { container: 'web', previous: 'true', timestamps: 'true', tailLines: '20', limitBytes: '1048576' },
      ],
    ]);
    expect(rig.logs()).toEqual([
      {
        pod: { namespace: 'shop', name: 'web-0', uid: 'uid-web-0', node: 'node1' },
        container: 'web',
        containerId: 'web-0-0',
        startedAt: '2026-01-31T07:59:58Z',
        finishedAt: '2026-01-31T07:59:58Z',
        maxLines: 20,
        maxBytes: 4_096,
        text: '2026-01-31T07:59:58Z bye\n',
      },
    ]);
    expect(rig.sources()).toEqual(['pod', 'pod', 'pod', 'log']);
  });

  it('holds up no pod while logs are awaited, and asks for two at a time', async () => {
    const rig = aRig();
    for (let pod = 0; pod < 70; pod += 1) await rig.say(aPod(1, `web-${pod}`));
    await rig.was(2);

    expect(rig.sources()).toHaveLength(70);
    expect(rig.asked).toHaveLength(2);
    // 64 wait; how many of the rest were asked for at once depends on when the first were taken.
    expect(rig.outcomes().every((outcome) => outcome === 'left-out')).toBe(true);
    expect(rig.outcomes().length).toBeGreaterThanOrEqual(4);
  });

  it('leaves out a log that may be of another run, because the container restarted once more', async () => {
    const rig = aRig();
    await rig.say(aPod(1));
    await rig.was(1);
    await rig.say(aPod(2));
    rig.asked[0]?.answer(200, '2026-01-31T07:59:58Z bye\n');
    await rig.was(2);

    expect(rig.outcomes()).toEqual(['left-out']);
    expect(rig.logs()).toEqual([]);
  });

  it.each([
    [400, 'gone'],
    [404, 'gone'],
    [403, 'forbidden'],
    [500, 'failed'],
  ])('goes on after an answer of %i, and says that it is %s', async (status, outcome) => {
    const rig = aRig();
    await rig.say(aPod(1));
    await rig.was(1);
    rig.asked[0]?.answer(status, '{}');
    await rig.say(aPod(1, 'web-1'));
    await rig.was(2);
    rig.asked[1]?.answer(200, '2026-01-31T07:59:58Z bye\n');
    await until('the other log is observed', () => rig.logs().length > 0);

    expect(rig.outcomes()).toEqual([outcome, 'read']);
    expect(rig.news()).toBe(status === 403 ? 1 : 0);
  });

  it('goes on when there is no answer, or none in time', async () => {
    const rig = aRig();
    await rig.say(aPod(1));
    await rig.say(aPod(1, 'web-1'));
    await rig.was(2);
    rig.asked[0]?.fail(new KubernetesUnreachableError('reset'));
    rig.clock.advance(10_000);
    await until('both are given up', () => rig.outcomes().length === 2);

    expect(rig.outcomes()).toEqual(['failed', 'failed']);
  });

  it('asks for six logs of a pod a minute at most, and again when that is over', async () => {
    const rig = aRig();
    for (let times = 1; times <= 8; times += 1) {
      await rig.say(aPod(times));
      if (times > 6) continue;
      await rig.was(times);
      rig.asked[times - 1]?.answer(200, '');
      await until('the answer is taken', () => rig.outcomes().length === times);
    }
    expect(rig.outcomes()).toEqual([...Array<string>(6).fill('empty'), 'left-out', 'left-out']);
    rig.clock.advance(60_000);
    await rig.say(aPod(9));
    await rig.was(7);
  });

  it('asks for none of a pod that is gone, of a run that ended long ago, or whose end nobody saw', async () => {
    const rig = aRig();
    await rig.say(aPod(1), 'DELETED');
    await rig.say(aPod(1, 'web-1', '2026-01-31T06:59:59Z'));
    await rig.say(aPod(1, 'web-2', ''));
    await rig.say(aPod(1, 'web-3'));
    await rig.was(1);

    expect(rig.asked.map(({ path }) => path)).toEqual(['/api/v1/namespaces/shop/pods/web-3/log']);
  });
});
