import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../support/until.ts';
import { listOfDocker } from './stage/listed.ts';
import { RuntimeSight } from './stage/runtime-sight.ts';

interface Container {
  readonly Id: string;
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}

const aContainer = (Id: string, State: string): Container => ({
  Id,
  State,
  Labels: {
    'io.kubernetes.docker.type': 'container',
    'io.kubernetes.pod.name': 'pod',
    'io.kubernetes.pod.uid': 'uid-1',
    'io.kubernetes.container.name': 'app',
    'annotation.io.kubernetes.container.restartCount': '0',
  },
});

/** An Engine of which only the list of containers is asked, and one who looks at it. */
async function aSight(first: readonly Container[]) {
  const folder = await mkdtemp(join(tmpdir(), 'docker-sight-'));
  const socket = join(folder, 'docker.sock');
  const engine: { list: readonly Container[] | 'away'; looks: number } = { list: first, looks: 0 };
  const server = createServer((_request, response) => {
    engine.looks += 1;
    if (engine.list === 'away') response.writeHead(503).end();
    else response.end(JSON.stringify(engine.list));
  }).listen(socket);
  await once(server, 'listening');
  const sight = new RuntimeSight(listOfDocker(socket, 'sidecar'));
  sight.start();
  onTestFinished(async () => {
    await sight.stop();
    server.close();
    await rm(folder, { recursive: true });
  });
  /** Shows another list, and waits until it was looked at. */
  const show = async (list: readonly Container[] | 'away') => {
    engine.list = list;
    const before = engine.looks;
    await until('the list was looked at', () => engine.looks >= before + 2);
  };
  await show(first);
  return { sight, show };
}

describe("what looking at Docker's list tells of a run", () => {
  it('a run that was made, ran and ended is bounded by the looks around each', async () => {
    const { sight, show } = await aSight([aContainer('one', 'created')]);
    await show([aContainer('one', 'running')]);
    await show([aContainer('one', 'exited')]);

    const [run] = sight.runsOf('uid-1', 'app');
    expect(run).toMatchObject({ id: 'one', role: 'container', attempt: 0 });
    expect(run!.notRunningBeforeMs).toBeLessThanOrEqual(run!.startedByMs!);
    expect(run!.startedByMs).toBeLessThanOrEqual(run!.runningUntilMs!);
    expect(run!.runningUntilMs).toBeLessThanOrEqual(run!.endedByMs!);
  });

  it('a container that vanished from the list has ended', async () => {
    const { sight, show } = await aSight([aContainer('one', 'running')]);
    await show([aContainer('two', 'running')]);

    const runs = sight.runsOf('uid-1', 'app');
    expect(runs.map(({ id, endedByMs }) => [id, endedByMs !== undefined])).toEqual([
      ['one', true],
      ['two', false],
    ]);
  });

  it('a container that is paused has not ended', async () => {
    const { sight, show } = await aSight([aContainer('one', 'running')]);
    await show([aContainer('one', 'paused')]);

    expect(sight.runsOf('uid-1', 'app')[0]?.endedByMs).toBeUndefined();
  });

  it('an Engine that does not answer shows neither an end nor a start', async () => {
    const { sight, show } = await aSight([aContainer('one', 'running')]);
    const before = sight.runsOf('uid-1', 'app')[0]?.runningUntilMs;
    await show('away');

    const [run] = sight.runsOf('uid-1', 'app');
    expect(run?.endedByMs).toBeUndefined();
    expect(run!.runningUntilMs! - before!).toBeLessThan(1_000);
  });

  it('a container that Docker restarts under its ID has run twice', async () => {
    const { sight } = await aSight([aContainer('one', 'running')]);
    const nowMs = Date.now();
    sight.again('one', nowMs, nowMs + 400);

    const runs = sight.runsOf('uid-1', 'app');
    expect(runs).toHaveLength(2);
    expect(runs[0]?.endedByMs).toBe(nowMs + 400);
    expect(runs[1]?.startedByMs).toBe(nowMs + 400);
  });
});
