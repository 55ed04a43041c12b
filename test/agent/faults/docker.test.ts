import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { AgentEvent } from '../../../timeline/contract/agent-event.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { startAgentProgram } from '../../support/agent-program.ts';
import {
  BUSYBOX_IMAGE,
  type DockerEngine,
  missingForDocker,
  startDockerEngine,
} from '../../support/docker-engine.ts';
import { IngestServer } from '../../support/ingest-server.ts';
import { until } from '../../support/until.ts';

const missing = missingForDocker();

describe.skipIf(missing !== undefined)(
  `an agent of Docker that is killed${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let engine: DockerEngine;
    beforeAll(async () => {
      engine = await startDockerEngine();
    });
    afterAll(() => engine.close());

    const run = () =>
      engine.docker(
        'run',
        '--detach',
        '--network=host',
        BUSYBOX_IMAGE,
        'sh',
        '-c',
        'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done',
      );

    async function aWorld() {
      const server = await IngestServer.start();
      const folder = await mkdtemp(join(tmpdir(), 'podlapse-docker-kill-'));
      onTestFinished(async () => {
        await server.close();
        await rm(folder, { recursive: true, force: true });
      });
      const statements = () => server.events.filter((event): event is AgentEvent => event.source === 'agent');
      return {
        start: () =>
          startAgentProgram('agent/main.ts', [
            '--cluster=lab',
            `--api=${server.url.href}`,
            '--kubernetes=off',
            `--docker=${engine.socketPath}`,
            `--spool-dir=${join(folder, 'spool')}`,
          ]),
        seen: (id: string, action: string) =>
          until(`${action} of ${id} is sent`, () =>
            server.events.some(
              (event) => event.source === 'docker' && event.containerId === id && event.action === action,
            ),
          ),
        began: (times: number) =>
          until(
            `it began ${times} times`,
            () => statements().filter(({ type }) => type === 'recording-began')[times - 1],
            20_000,
          ),
        timelineOf: (id: string) => reconstruct('lab', id, server.events),
      };
    }

    test('finds in the ring of the Engine what happened meanwhile, and the timeline is complete', async () => {
      const { start, seen, began, timelineOf } = await aWorld();
      const first = start();
      await began(1);
      const id = await run();
      await seen(id, 'start');
      first.signal('SIGKILL');
      await first.ended();
      await engine.docker('restart', '--time=0', id);
      await engine.docker('rm', '--force', id);
      start();
      const second = await began(2);
      await seen(id, 'destroy');

      expect(second).toMatchObject({ watched: 'docker', reason: 'resumed', from: second.to });
      const timeline = timelineOf(id);
      expect(timeline).toMatchObject({ gaps: [], summary: { complete: true, restarts: 1 } });
    });

    test('and whose Engine was restarted meanwhile tells the stretch that it missed', async () => {
      const { start, seen, began, timelineOf } = await aWorld();
      const first = start();
      await began(1);
      const id = await run();
      await seen(id, 'start');
      const killedAtMs = Date.now();
      first.signal('SIGKILL');
      await first.ended();
      await engine.restart();
      await engine.docker('start', id);
      start();
      const second = await began(2);
      await seen(id, 'inspect');

      expect(second).toMatchObject({ watched: 'docker', reason: 'docker-restarted' });
      expect(killedAtMs - Date.parse(second.from ?? '')).toBeLessThan(3_500);
      expect(timelineOf(id)).toMatchObject({
        gaps: [{ source: 'docker', from: second.from, to: second.to, reason: 'agent-restarted' }],
        summary: { complete: false },
      });
      await engine.docker('rm', '--force', id);
    });
  },
);
