import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../../agent/clock.ts';
import {
  createKernelSignals,
  type SignalWatch,
} from '../../../../../agent/sources/signals/kernel-signals.ts';
import type { Happening } from '../../../../../agent/telemetry/happening.ts';
import { missingForTracefs, mountTracefs, type Tracefs } from '../../../../support/tracefs.ts';

const missing = missingForTracefs();
const FLOOD = 60_000;

function nowNano(): string {
  return `${Date.now()}000000`;
}

export function signalsSuite(): void {
  describe.skipIf(missing !== undefined)(`the kernel's signals${missing ? ` (${missing})` : ''}`, () => {
    let tracefs: Tracefs;
    const told: Happening[] = [];
    const closing: (() => Promise<void>)[] = [];
    beforeAll(() => {
      tracefs = mountTracefs();
    });
    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
      told.length = 0;
    });
    afterAll(() => tracefs.unmount());

    const instances = () =>
      readdirSync(join(tracefs.path, 'instances')).filter((name) => name.startsWith('podlapse-'));

    function watch({ reads = true } = {}): SignalWatch {
      const signals = createKernelSignals({
        tracefs: tracefs.path,
        clock: systemClock,
        tell: (one) => told.push(one),
      });
      const stop = new AbortController();
      if (reads) {
        const running = signals.run(stop.signal);
        closing.push(async () => {
          stop.abort();
          await running;
        });
      } else {
        stop.abort();
        closing.push(() => signals.run(stop.signal));
      }
      return signals;
    }

    /** Runs a process to its end, and gives what is known of the signals that it got. */
    async function signalsOf(
      signals: SignalWatch,
      command: readonly string[],
      end: (child: ChildProcess & { pid: number }) => void = () => {},
    ) {
      const sinceNano = nowNano();
      const [program = '', ...args] = command;
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
      const exited = once(child, 'exit');
      const { pid } = child;
      if (pid === undefined) throw new Error(`${program} cannot be started`);
      if (command.includes('ready')) await once(child.stdout, 'data');
      end(Object.assign(child, { pid }));
      await exited;
      return signals
        .sentTo({ pid, sinceNano, endedAtNano: nowNano() })
        ?.received.map(({ signal, sender, byKernel, ignored }) => ({ signal, sender, byKernel, ignored }));
    }

    test('tell who killed a process, and with what', async () => {
      const signals = watch();
      const killed = await signalsOf(signals, ['sleep', '60'], ({ pid }) =>
        execFileSync('bash', ['-c', `kill -TERM ${pid}`]),
      );
      expect(killed).toEqual([{ signal: 15, sender: 'bash', byKernel: false, ignored: false }]);
    });

    test('tell in what order, and of a signal that was outlived', async () => {
      const signals = watch();
      const stubborn = ['bash', '-c', 'trap "" TERM; echo ready; exec sleep 60', 'ready'];
      const stopped = await signalsOf(signals, stubborn, ({ pid }) =>
        execFileSync('bash', ['-c', `kill -TERM ${pid}; kill -KILL ${pid}`]),
      );
      expect(stopped).toEqual([
        { signal: 15, sender: 'bash', byKernel: false, ignored: true },
        { signal: 9, sender: 'bash', byKernel: false, ignored: false },
      ]);

      const handled = ['bash', '-c', 'trap ":" TERM; echo ready; while :; do sleep 0.05; done', 'ready'];
      const asked = await signalsOf(signals, handled, ({ pid }) =>
        execFileSync('bash', ['-c', `kill -TERM ${pid}; kill -KILL ${pid}`]),
      );
      expect(asked?.map(({ signal, ignored }) => [signal, ignored])).toEqual([
        [15, false],
        [9, false],
      ]);
    });

    test.each([
      ['ends with 0', 'exit 0'],
      ['chooses the code that SIGKILL leaves', 'exit 137'],
      ['signals itself', 'kill -TERM $$'],
    ])('tell of none where a process %s', async (_, script) => {
      expect(await signalsOf(watch(), ['bash', '-c', script])).toEqual([]);
    });

    test('tell nothing of a process that ran before they were watched', () => {
      const signals = watch();
      const sinceNano = `${Date.now() - 1_000}000000`;
      expect(signals.sentTo({ pid: process.pid, sinceNano, endedAtNano: nowNano() })).toBeUndefined();
      expect(
        signals.sentTo({ pid: process.pid, sinceNano: undefined, endedAtNano: nowNano() }),
      ).toBeUndefined();
    });

    test('tell nothing where the kernel had more to tell than was read, and then again', async () => {
      const signals = watch({ reads: false });
      const flood = `const other = require('node:child_process').spawn('sleep', ['60']);
      for (let sent = 0; sent < ${FLOOD}; sent += 1) process.kill(other.pid, 'SIGWINCH');
      other.kill('SIGKILL');`;
      expect(await signalsOf(signals, [process.execPath, '-e', flood])).toBeUndefined();
      expect(told).toContainEqual({ what: 'signals-lost' });
      expect(await signalsOf(signals, ['bash', '-c', 'exit 3'])).toEqual([]);
    });

    test('leave nothing behind, and tidy up after an agent that was killed', async () => {
      const abandoned = join(tracefs.path, 'instances', 'podlapse-abandoned');
      mkdirSync(abandoned);
      const before = new Set(instances());
      const signals = watch();
      const own = instances().filter((name) => !before.has(name));
      // Another agent on the same node leaves it alone.
      watch();
      expect(instances()).not.toContain('podlapse-abandoned');
      expect(instances()).toEqual(expect.arrayContaining(own));
      expect(await signalsOf(signals, ['bash', '-c', 'exit 0'])).toEqual([]);

      for (const close of closing.splice(0)) await close();
      expect(instances()).not.toEqual(expect.arrayContaining(own));
      expect(await signalsOf(signals, ['bash', '-c', 'exit 0'])).toBeUndefined();
    });

    test.each([
      ['is not there', '/nowhere', 'ENOENT'],
      ['is no tracing file system', '/proc/self', 'ENOENT'],
    ])('cannot be had where the folder %s', (_, folder, code) => {
      expect(() => createKernelSignals({ tracefs: folder, clock: systemClock, tell: () => {} })).toThrow(
        expect.objectContaining({ code }),
      );
    });
  });
}
