import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { AgentEvent } from '../../../timeline/contract/agent-event.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { startAgentProgram } from '../../support/agent-program.ts';
import { type Containerd, missingForContainerd, startContainerd } from '../../support/containerd.ts';
import { IngestServer } from '../../support/ingest-server.ts';
import { until } from '../../support/until.ts';

const POD = { namespace: 'shop', name: 'web-0', uid: '36253f3c-4ed5-11ea-a10e-0242294e2d14' };
const missing = missingForContainerd();

describe.skipIf(missing !== undefined)(
  `an agent of containerd that is killed${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let containerd: Containerd;
    beforeAll(async () => {
      containerd = await startContainerd();
    });
    afterAll(() => containerd.close());

    test('tells the stretch that it missed, and finds the restart in it by looking', async () => {
      const server = await IngestServer.start();
      const folder = await mkdtemp(join(tmpdir(), 'podlapse-cri-kill-'));
      onTestFinished(async () => {
        await server.close();
        await rm(folder, { recursive: true, force: true });
      });
      const start = () =>
        startAgentProgram('agent/main.ts', [
          '--cluster=lab',
          `--api=${server.url.href}`,
          '--kubernetes=off',
          '--docker=off',
          `--cri=${containerd.socketPath}`,
          `--spool-dir=${join(folder, 'spool')}`,
        ]);
      const seen = (id: string, action: string) =>
        until(
          `${action} of ${id} is sent`,
          () =>
            server.events.some(
              (event) => event.source === 'cri' && event.containerId === id && event.action === action,
            ),
          20_000,
        );
      const began = (times: number) =>
        until(
          `it began ${times} times`,
          () =>
            server.events.filter(
              (event): event is AgentEvent => event.source === 'agent' && event.type === 'recording-began',
            )[times - 1],
          20_000,
        );

      const first = start();
      await began(1);
      await containerd.runAsKubelet({ id: 'first', pod: POD, container: 'web' });
      await seen('first', 'start');
      const killedAtMs = Date.now();
      first.signal('SIGKILL');
      await first.ended();
      await containerd.ctr('tasks', 'kill', '--signal', 'SIGKILL', 'first');
      await containerd.runAsKubelet({ id: 'second', pod: POD, container: 'web' });
      start();
      const second = await began(2);
      await seen('second', 'inspect');
      await seen('first', 'inspect');

      expect(second).toMatchObject({ watched: 'cri', reason: 'agent-restarted' });
      expect(killedAtMs - Date.parse(second.from ?? '')).toBeLessThan(3_500);
      expect(Date.parse(second.to ?? '')).toBeGreaterThan(killedAtMs);
      expect(reconstruct('lab', POD.uid, server.events)).toMatchObject({
        gaps: expect.arrayContaining([
          expect.objectContaining({ source: 'cri', to: second.to, reason: 'agent-restarted' }),
        ]),
        summary: { complete: false, restarts: 1 },
        runs: [{ containerId: 'first', exitCode: 137 }, { containerId: 'second' }],
        restarts: [{ cause: 'unknown', from: 'first', to: 'second' }],
      });
    }, 60_000);
  },
);
