// Real pods, as a real kubelet's API server sent them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Observation } from '../agent/observation.ts';
import type { KubernetesObject } from '../test/support/fake-kubernetes/kubernetes-object.ts';

const FOLDER = join(import.meta.dirname, '../test/recordings');

/** All that the sources said in each recording of the lab, in order. */
export function recordedObservations(): readonly (readonly Observation[])[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) =>
      gunzipSync(readFileSync(join(FOLDER, name, 'recording.ndjson.gz')))
        .toString('utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Observation),
    );
}

/** Every revision of every pod in the recordings, in the order in which they were sent. */
export function recordedRevisions(): readonly KubernetesObject[] {
  return recordedObservations().flatMap((observations) =>
    observations.flatMap(({ source, raw }) => {
      const { type, object } = raw as { readonly type?: string; readonly object?: KubernetesObject };
      const isRevision = source === 'pod' && type !== 'VANISHED' && type !== 'DELETED';
      return isRevision && object !== undefined ? [object] : [];
    }),
  );
}

/** A copy of a pod as another one, on this node. */
export function asPod(pod: KubernetesObject, number: number, nodeName: string): KubernetesObject {
  const name = `${pod.metadata.name.slice(0, 40)}-${number}`;
  const uid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return {
    ...pod,
    kind: 'Pod',
    metadata: { ...pod.metadata, name, uid },
    spec: { ...(pod['spec'] as object), nodeName },
  };
}
