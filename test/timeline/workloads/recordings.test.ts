import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { workloadTimeline } from '../../../timeline/contract/workload-timeline.ts';
import { reconstructWorkload } from '../../../timeline/workloads/reconstruct-workload.ts';
import { eventsOf } from '../../lab/stage/compare.ts';
import type { Truth } from '../../lab/stage/truth.ts';
import { timelinesOf } from '../../support/many-pods.ts';

const folder = join(import.meta.dirname, '../../recordings');

describe.each([
  ['deployment-pod-deleted', 'Deployment', 'web'],
  ['deployment-pod-evicted', 'Deployment', 'web'],
  ['deployment-rollout', 'Deployment', 'web'],
  ['deployment-scaled', 'Deployment', 'web'],
  ['node-drain', 'Deployment', 'web'],
  ['preemption', 'Deployment', 'web'],
  ['preemption', 'Pod', 'urgent'],
  ['statefulset-pod-deleted', 'StatefulSet', 'db'],
  ['job-retries', 'Job', 'task'],
  ['job-on-failure', 'Job', 'task'],
  ['crash-loop', 'Pod', 'pod'],
])('the recording of %s, %s/%s', (recording, kind, name) => {
  const truth = JSON.parse(readFileSync(join(folder, recording, 'truth.json'), 'utf8')) as Truth;
  const lines = gunzipSync(readFileSync(join(folder, recording, 'recording.ndjson.gz'))).toString('utf8');
  const events = eventsOf(lines.trimEnd().split('\n'));
  const workload = { cluster: 'lab', namespace: recording, kind, name };
  const pods = timelinesOf(events).map((timeline) => ({ timeline, events }));
  const account = reconstructWorkload(workload, pods);
  const own = truth.pods.filter(({ uid }) => account?.pods.some(({ pod }) => pod.uid === uid));

  it('says of each pod whether another took its place, and why', () => {
    expect(own.length).toBeGreaterThan(0);
    const replaced = account?.replacements.flatMap(({ from, to, cause }) =>
      to === null ? [] : { from, cause },
    );
    expect(replaced).toEqual(
      own.flatMap(({ uid, replacedBecause: cause }) => (cause === undefined ? [] : { from: uid, cause })),
    );
  });

  it('counts the restarts of all pods and the replacements, each for itself', () => {
    const restarts = own.flatMap((pod) => pod.restarts);
    const replacements = own.filter(({ replacedBecause }) => replacedBecause !== undefined).length;
    expect(account?.summary).toMatchObject({
      pods: own.length,
      total: restarts.length + replacements,
      restarts: restarts.length,
      counted: restarts.filter(({ counted }) => counted).length,
      replacements,
      complete: true,
    });
    expect(account?.restarts).toHaveLength(restarts.length);
  });

  it('is an account that the schema accepts, whose evidence is recorded', () => {
    expect(workloadTimeline.safeParse(account).error?.issues).toBeUndefined();
    const ids = new Set(events.map(({ id }) => id));
    for (const { evidence } of account?.replacements ?? []) {
      expect(evidence.length).toBeGreaterThan(0);
      expect(evidence.filter((id) => !ids.has(id))).toEqual([]);
    }
    if (process.env['SHOW'])
      console.log(JSON.stringify(account?.replacements, null, 1), account?.rollouts, account?.summary);
  });
});
