import { describe, expect, onTestFinished, test } from 'vitest';
import { MonitorError, startMonitor } from '../../../agent/monitor/monitor.ts';

async function aMonitor() {
  const monitor = await startMonitor(
    { host: '127.0.0.1', port: 0 },
    { instance: 'a', role: 'all', version: '0.1.0' },
    () => 0,
  );
  onTestFinished(() => monitor.close());
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${monitor.port}${path}`, init);
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  return { monitor, ask };
}

describe('the monitor', () => {
  test('is healthy as long as it answers', async () => {
    const { ask } = await aMonitor();

    expect(await ask('/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  });

  test('is ready once everything is watched that is to be, and says what is not', async () => {
    const { monitor, ask } = await aMonitor();
    expect(await ask('/readyz')).toMatchObject({ status: 503, text: 'the agent is starting\n' });

    monitor.expect(['pod', 'docker']);
    monitor.note({ what: 'stated', statement: { type: 'recording-began', watched: 'pod' } });
    expect(await ask('/readyz')).toMatchObject({
      status: 503,
      text: 'pod: watched\ndocker: not watched yet\n',
    });

    monitor.note({ what: 'stated', statement: { type: 'recording-began', watched: 'docker' } });
    expect(await ask('/readyz')).toMatchObject({ status: 200, text: 'pod: watched\ndocker: watched\n' });

    monitor.note({ what: 'stated', statement: { type: 'gap-opened', watched: 'pod', reason: 'forbidden' } });
    expect(await ask('/readyz')).toMatchObject({ status: 503, text: 'pod: forbidden\ndocker: watched\n' });

    monitor.note({ what: 'stated', statement: { type: 'gap-closed', watched: 'pod', reason: 'resumed' } });
    expect(await ask('/readyz')).toMatchObject({ status: 200 });
  });

  test('is not ready from the first failure to watch, before a gap is stated', async () => {
    const { monitor, ask } = await aMonitor();
    monitor.expect(['pod']);
    monitor.note({ what: 'stated', statement: { type: 'recording-began', watched: 'pod' } });
    const place = { source: 'pod', server: 'https://k', resource: 'pods' } as const;
    monitor.note({
      what: 'watch-failed',
      ...place,
      reason: 'forbidden',
      error: new Error('403'),
      isNews: true,
    });
    expect(await ask('/readyz')).toMatchObject({ status: 503, text: 'pod: forbidden\n' });

    monitor.note({ what: 'watch-recovered', ...place, seconds: 3 });
    expect(await ask('/readyz')).toMatchObject({ status: 200 });
  });

  test('is ready while the podlapse API is away, since events wait in the spool', async () => {
    const { monitor, ask } = await aMonitor();
    monitor.expect(['pod']);
    monitor.note({ what: 'stated', statement: { type: 'recording-began', watched: 'pod' } });
    const api = new URL('http://127.0.0.1:1');
    monitor.note({ what: 'delivery-failed', api, cluster: 'lab', status: undefined, problem: 'refused' });

    expect(await ask('/readyz')).toMatchObject({
      status: 200,
      text: 'pod: watched\napi: takes nothing at the moment; events wait in the spool\n',
    });
  });

  test('is ready while another replica leads', async () => {
    const { monitor, ask } = await aMonitor();
    monitor.expect(['pod', 'event']);
    monitor.note({ what: 'following', lease: 'podlapse/agent', leader: 'other' });

    expect(await ask('/readyz')).toMatchObject({
      status: 200,
      text: 'standing by: another replica leads\n',
    });
  });

  test('gives the numbers as Prometheus reads them', async () => {
    const { monitor, ask } = await aMonitor();
    monitor.note({ what: 'recorded', source: 'pod', events: 2 });
    const { status, text, headers } = await ask('/metrics');

    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain('podlapse_agent_events_total{source="pod"} 2');
  });

  test.each([
    ['/', 'GET', 404],
    ['/metrics/../etc', 'GET', 404],
    ['/healthz', 'POST', 405],
    ['/healthz', 'HEAD', 200],
    ['/healthz?verbose', 'GET', 200],
  ])('answers %s %s with %i', async (path, method, status) => {
    const { ask } = await aMonitor();

    expect(await ask(path, { method })).toMatchObject({ status });
  });

  test('whose port is taken says so, and what to do', async () => {
    const { monitor } = await aMonitor();
    const again = startMonitor(
      { host: '127.0.0.1', port: monitor.port },
      { instance: 'b', role: 'all' },
      () => 0,
    );

    await expect(again).rejects.toThrow(MonitorError);
    await expect(again).rejects.toThrow(/EADDRINUSE.*choose another --metrics-port or --metrics-host/);
  });
});
