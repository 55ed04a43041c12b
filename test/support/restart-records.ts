// Records of restarts with realistic defaults, as they stand in the index across clusters.
import type { RestartRecord } from '../../timeline/contract/report.ts';
import { containerId } from './recorded-events.ts';

type Given = Partial<Omit<RestartRecord, 'pod'>> & { readonly pod?: Partial<RestartRecord['pod']> };

export function aRestart({ pod, ...given }: Given = {}): RestartRecord {
  const name = pod?.name ?? 'web-0';
  return {
    at: '2026-03-01T10:00:00Z',
    atSeen: true,
    cluster: 'lab',
    namespace: 'shop',
    workload: { kind: 'StatefulSet', name: 'web' },
    pod: { name, uid: pod?.uid ?? `uid-of-${name}` },
    node: 'node1',
    container: 'web',
    image: 'web:1',
    cause: 'exited',
    counted: true,
    downtimeMs: 4_000,
    backoffMs: 0,
    from: containerId('old'),
    to: containerId(`${name} at ${given.at ?? ''}`),
    ...given,
  };
}
