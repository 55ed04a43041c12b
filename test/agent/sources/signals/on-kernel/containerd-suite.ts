import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../../agent/clock.ts';
import type { Observation } from '../../../../../agent/observation.ts';
import { createCriSource } from '../../../../../agent/sources/cri/cri.ts';
import { createKernelSignals } from '../../../../../agent/sources/signals/kernel-signals.ts';
import { createTrim } from '../../../../../agent/trim/trim.ts';
import type { CriEvent } from '../../../../../timeline/contract/cri-event.ts';
import {
  type Containerd,
  type CriContainer,
  missingForContainerd,
  startContainerd,
} from '../../../../support/containerd.ts';
import { missingForTracefs, mountTracefs, type Tracefs } from '../../../../support/tracefs.ts';
import { until } from '../../../../support/until.ts';

const POD = { namespace: 'shop', name: 'web-0', uid: '36253f3c-4ed5-11ea-a10e-0242294e2d14' };
const missing = missingForContainerd() ?? missingForTracefs();

/** Waits until it may go on, and says when it is there. */
const PATIENT = 'trap "exit 3" TERM; while :; do sleep 0.05; done';

export function containerdSuite(): void {
  describe.skipIf(missing !== undefined)(
    `who ended a container of a real containerd${missing ? ` (${missing})` : ''}`,
    () => {
      let containerd: Containerd;
      let tracefs: Tracefs;
      let stop: AbortController;
      let running: Promise<void>;
      const events: CriEvent[] = [];

      beforeAll(async () => {
        containerd = await startContainerd();
        tracefs = mountTracefs();
        stop = new AbortController();
        const trim = createTrim({ agent: { instance: 'a', role: 'node', node: 'node1' } });
        let hasBegun = false;
        const tell = () => {};
        running = createCriSource({
          socketPath: containerd.socketPath,
          clock: systemClock,
          random: Math.random,
          tell,
          signals: createKernelSignals({ tracefs: tracefs.path, clock: systemClock, tell }),
        }).run((observation: Observation) => {
          for (const event of trim(observation)) {
            if (event.source === 'cri') events.push(event);
            if (event.source === 'agent') hasBegun = true;
          }
          return Promise.resolve();
        }, stop.signal);
        await until('recording began', () => hasBegun);
      });
      afterAll(async () => {
        stop.abort();
        await running;
        tracefs.unmount();
        await containerd.close();
      });

      async function endOf(
        container: Omit<CriContainer, 'pod' | 'container'>,
        end: (pid: number) => unknown,
      ) {
        await containerd.runAsKubelet({ ...container, pod: POD, container: 'web' });
        const tasks = await containerd.ctr('tasks', 'list');
        const pid = new RegExp(`^${container.id}\\s+(\\d+)`, 'm').exec(tasks)?.[1];
        await end(Number(pid));
        const of = () =>
          events.filter(({ action, containerId }) => action === 'die' && containerId === container.id);
        await until(`${container.id} has ended`, () => of().length > 0);
        await containerd.remove(container.id);
        return of();
      }
      const shell = (script: string) => ['/bin/sh', '-c', script];
      const ctr = (...args: readonly string[]) => containerd.ctr('tasks', 'kill', ...args);

      test('is told for a kill through containerd', async () => {
        const [die] = await endOf({ id: 'killed' }, () => ctr('--signal', 'SIGKILL', 'killed'));

        expect(die?.exitCode).toBe(137);
        expect(die?.signals?.received).toEqual([
          { signal: 9, at: expect.any(String), sender: 'runc', byKernel: false, ignored: false },
        ]);
        expect(Date.parse(die?.signals?.received[0]?.at ?? '')).toBeLessThanOrEqual(
          Date.parse(die?.occurredAt ?? ''),
        );
      });

      test('is told for a request that was followed by a kill', async () => {
        const [die] = await endOf(
          { id: 'stopped', command: shell('trap ":" TERM; while :; do sleep 0.05; done') },
          async () => {
            await ctr('--signal', 'SIGTERM', 'stopped');
            await ctr('--signal', 'SIGKILL', 'stopped');
          },
        );
        expect(die?.signals?.received.map(({ signal, sender }) => [signal, sender])).toEqual([
          [15, 'runc'],
          [9, 'runc'],
        ]);
      });

      test('is told for a request that the process has no ear for', async () => {
        // The first process of a PID namespace gets no signal that it has no handler for.
        const [die] = await endOf({ id: 'deaf', command: ['/bin/sleep', '60'] }, async () => {
          await ctr('--signal', 'SIGTERM', 'deaf');
          await ctr('--signal', 'SIGKILL', 'deaf');
        });
        expect(die?.signals?.received).toMatchObject([
          { signal: 15, sender: 'runc', ignored: true },
          { signal: 9, sender: 'runc', ignored: false },
        ]);
      });

      test('is told for a program on the node', async () => {
        const [die] = await endOf({ id: 'shot' }, (pid) => execFileSync('bash', ['-c', `kill -9 ${pid}`]));
        expect(die?.signals?.received).toMatchObject([{ signal: 9, sender: 'bash' }]);
      });

      test('is told for a program in the container, which cannot kill but ask', async () => {
        const script = `(sleep 0.3; kill -9 1; kill -15 1) & ${PATIENT}`;
        const [die] = await endOf({ id: 'within', command: shell(script) }, () => undefined);
        expect(die?.exitCode).toBe(3);
        expect(die?.signals?.received).toMatchObject([
          { signal: 9, sender: 'sh', ignored: true },
          { signal: 15, sender: 'sh', ignored: false },
        ]);
      });

      test('is told for the kernel', async () => {
        const flags = ['--memory-limit', String(16 * 1024 * 1024)];
        const [die] = await endOf(
          { id: 'hungry', command: shell('sleep 0.3; exec tail /dev/zero'), flags },
          () => undefined,
        );
        expect(die?.exitCode).toBe(137);
        expect(die?.signals?.received).toMatchObject([{ signal: 9, byKernel: true }]);
        expect(die?.signals?.received[0]).not.toHaveProperty('sender');
      });

      test('was nobody, where a process chose the code that a kill leaves', async () => {
        const [die, ...again] = await endOf({ id: 'own', command: shell('exit 137') }, () => undefined);
        expect(die).toMatchObject({ exitCode: 137, signals: { received: [] } });
        // What the removal says again is the same event, with the same facts.
        expect(again.map(({ id, signals }) => ({ id, signals }))).toEqual(
          again.map(() => ({ id: die?.id, signals: die?.signals })),
        );
      });
    },
  );
}
