/** Waiting for something to become true. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './lab-error.ts';
import { isRunning } from './processes.ts';
import type { Component } from './state.ts';

/** What is waited for, and whose log tells why it did not come. */
export interface Expectation {
  readonly what: string;
  readonly component?: Component | undefined;
  readonly withinMs?: number;
}

/** Asks again and again until the answer is yes; fails early when the program it depends on has ended. */
export async function waitUntil(condition: () => Promise<boolean>, expected: Expectation): Promise<void> {
  const deadline = performance.now() + (expected.withinMs ?? 120_000);
  while (!(await condition())) {
    const process = expected.component?.process;
    const ended = process !== null && process !== undefined && !(await isRunning(process));
    if (ended || performance.now() > deadline) {
      const log = expected.component === undefined ? '' : await lastLines(expected.component.log);
      const why = ended ? 'its program ended' : 'it took too long';
      throw new LabError(`${expected.what} did not happen: ${why}.${log}`);
    }
    await sleep(200);
  }
}

async function lastLines(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n').slice(-12);
  return ` The end of ${log}:\n${lines.join('\n')}`;
}
