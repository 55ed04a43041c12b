import { expect, test } from 'vitest';
import type { Source } from '../../agent/observation.ts';
import { runSources } from '../../agent/run-sources.ts';

const observe = () => Promise.resolve();

function patient(name: Source['name'], said: string[]): Source {
  return {
    name,
    run: (_, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          said.push(name);
          resolve();
        });
      }),
  };
}

test('sources run until they are stopped, and each has its last word', async () => {
  const said: string[] = [];
  const stop = new AbortController();
  const running = runSources([patient('pod', said), patient('docker', said)], observe, stop.signal);
  stop.abort();
  await running;

  expect(said).toEqual(['pod', 'docker']);
});

test('a source that breaks stops the others, and what broke it is thrown', async () => {
  const said: string[] = [];
  const broken: Source = { name: 'event', run: () => Promise.reject(new Error('disk full')) };

  await expect(
    runSources([patient('pod', said), broken], observe, new AbortController().signal),
  ).rejects.toThrow('disk full');
  expect(said).toEqual(['pod']);
});
