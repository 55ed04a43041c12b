import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecorded, recordedIn, recordingsOf } from './stage/findings.ts';

const RECORDED = (['docker', 'containerd'] as const).flatMap((runtime) => {
  const folder = recordingsOf(runtime);
  return recordedIn(folder).map((name) => ({ runtime, folder, name }));
});

/** What the recorder's surroundings could leave: folders of users and of the system, and addresses. */
const FOREIGN = /\/(?:tmp|root|home|Users|work)\/[^"\\]{3,}|\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
/** Loopback, and the lab's own Service of the API server. */
const ADDRESSES: ReadonlySet<string> = new Set(['127.0.0.1', '10.96.0.1']);
/** Files that the test program's own commands name, inside its container. */
const OWN = /^\/tmp\/bad(?: exists)?$/;

describe.each(RECORDED)('the recording of $name on $runtime', ({ folder, name }) => {
  const { truth, lines } = readRecorded(folder, name);

  it('is small', () => {
    expect(statSync(join(folder, name, 'recording.ndjson.gz')).size).toBeLessThan(60_000);
  });

  it('holds nothing of the machine that it was made on', () => {
    const found = [...lines, JSON.stringify(truth)].flatMap((line) => line.match(FOREIGN) ?? []);
    expect(found.filter((text) => !OWN.test(text) && !ADDRESSES.has(text))).toEqual([]);
  });

  it('says why wherever a cause is unknown', () => {
    const unknown = truth.pods.flatMap(({ restarts }) => restarts.filter(({ cause }) => cause === 'unknown'));
    expect(unknown.filter(({ why }) => why === undefined)).toEqual([]);
  });
});
