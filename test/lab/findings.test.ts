import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chapters, scenarios } from './scenarios/all.ts';
import { BEGIN, findings, recordedIn, recordingsOf } from './stage/findings.ts';

const root = join(import.meta.dirname, '../..');
const folders = { docker: recordingsOf('docker'), containerd: recordingsOf('containerd') };

describe('docs/what-kubernetes-counts.md', () => {
  it('has every scenario, and every scenario was recorded on each runtime that it is possible on', () => {
    expect(recordedIn(folders.docker)).toEqual(scenarios.map(({ name }) => name).sort());
    const possible = scenarios.filter(({ onlyDocker }) => onlyDocker !== true);
    expect(recordedIn(folders.containerd)).toEqual(possible.map(({ name }) => name).sort());
  });

  it('says what the recordings say; if not, run `node test/lab/scenarios/write-findings.ts`', () => {
    const page = readFileSync(join(root, 'docs/what-kubernetes-counts.md'), 'utf8');
    const contents = chapters.map(({ title, text, scenarios: played }) => ({
      title,
      text,
      names: played.map(({ name }) => name),
    }));
    expect(page.split(BEGIN)[1]).toBe(`\n\n${findings(folders, contents)}\n`);
  });
});
