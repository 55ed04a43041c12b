/** The recorder under test, as a process of its own, as a user would run it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../lab-error.ts';
import { plainEnvironment } from '../settings.ts';
import { mountTracefs, type Tracefs } from '../../support/tracefs.ts';
import type { LabState } from '../state.ts';

const RECORDER = join(import.meta.dirname, '../../../agent/record.ts');
const READY_WITHIN_MS = 30_000;

export class Recorder {
  readonly #lab: LabState;
  readonly #folder: string;
  readonly #files: string[] = [];
  #child: ChildProcess | undefined;
  /** Where the kernel tells who sends signals to containers, which containerd does not. */
  #tracefs: Tracefs | undefined;
  #said = '';

  /** @param folder where what is recorded is kept until it is published */
  constructor(lab: LabState, folder: string) {
    this.#lab = lab;
    this.#folder = folder;
  }

  /** Starts it and waits until it says that it watches all its sources. */
  async start(): Promise<void> {
    const out = join(this.#folder, `part-${this.#files.length}.ndjson`);
    this.#files.push(out);
    const { nodeName, kubeconfig, runtime, dockerSocket, containerdSocket } = this.#lab;
    const isDocker = runtime === 'docker';
    this.#tracefs = isDocker ? undefined : mountTracefs();
    const child = spawn(
      process.execPath,
      [
        RECORDER,
        '--cluster',
        'lab',
        '--role',
        'all',
        '--node-name',
        nodeName,
        '--kubeconfig',
        kubeconfig,
        '--docker',
        isDocker ? dockerSocket : 'off',
        '--cri',
        isDocker ? 'off' : containerdSocket,
        ...(this.#tracefs === undefined ? [] : ['--tracefs', this.#tracefs.path]),
        '--out',
        out,
      ],
      { env: plainEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await watchesAll(out, ['pod', 'event', isDocker ? 'docker' : 'cri']))) {
      if (child.exitCode !== null || performance.now() > deadline) {
        await this.stop();
        throw new LabError(`the recorder does not watch all its sources; it said: ${this.#said}`);
      }
      await sleep(50);
    }
  }

  /** Ends it as a DaemonSet would be, and waits until its file is whole. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    }
    this.#tracefs?.unmount();
    this.#tracefs = undefined;
    if (child.exitCode !== 0)
      throw new LabError(`the recorder ended with ${child.exitCode}; it said: ${this.#said}`);
  }

  /** Whether it has stated that a gap in one of its sources is over. */
  async closedGapOf(source: string): Promise<boolean> {
    return (await this.lines()).some(
      (line) => line.includes('"gap-closed"') && line.includes(`"watched":"${source}"`),
    );
  }

  /** Everything that was recorded, line by line, in order. */
  async lines(): Promise<string[]> {
    const texts = await Promise.all(this.#files.map((file) => readFile(file, 'utf8')));
    return texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
  }
}

async function watchesAll(file: string, sources: readonly string[]): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const begun = text.split('\n').filter((line) => line.includes('"recording-began"'));
  return sources.every((source) => begun.some((line) => line.includes(`"watched":"${source}"`)));
}
