/** Writes the tables of docs/what-kubernetes-counts.md from test/recordings; its introduction is left as it is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BEGIN, findings, recordingsOf } from '../stage/findings.ts';
import { chapters } from './all.ts';

const root = join(import.meta.dirname, '../../..');
const page = join(root, 'docs/what-kubernetes-counts.md');

const folders = { docker: recordingsOf('docker'), containerd: recordingsOf('containerd') };
const contents = chapters.map(({ title, text, scenarios }) => ({
  title,
  text,
  names: scenarios.map(({ name }) => name),
}));
const [introduction = ''] = readFileSync(page, 'utf8').split(BEGIN);
writeFileSync(page, `${introduction}${BEGIN}\n\n${findings(folders, contents)}\n`);
