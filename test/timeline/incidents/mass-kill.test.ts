import { describe, expect, it } from 'vitest';
import { findIncidents } from '../../../timeline/incidents/find-incidents.ts';
import { asPod, manyPods, timelinesOf } from '../../support/many-pods.ts';
import { type DeedKind, tellHistory } from '../../support/pod-history.ts';
import { byContainerdAndKernel } from '../../support/pod-variations.ts';
import { recordingOf } from '../../support/recording.ts';

const START = Date.parse('2026-03-01T10:00:00.000Z');
/** Pods to each of which the same is done, `apartMs` after the pod before. */
const deeds = (kind: DeedKind, pods: number, apartMs: number) =>
  Array.from({ length: pods }, (_, number) =>
    asPod(number, tellHistory([{ kind, ranMs: 60_000, downMs: 2_000 }], START + number * apartMs).events),
  ).flat();
const incidentsOf = (events: ReturnType<typeof deeds>) => findIncidents(timelinesOf(events), events);

describe('a mass kill', () => {
  it('of fifty containers in one second through Docker is told once', () => {
    const events = deeds('docker-rm', 50, 20);
    const [incident, ...others] = incidentsOf(events);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ kind: 'mass-kill', node: 'node1' });
    expect(incident?.members).toHaveLength(50);
    expect(incident?.members[0]).toMatchObject({ pod: { name: 'web-0-0' }, container: 'web', restart: 0 });
    expect(incident?.explanation).toBe(
      'Someone, or a program, force-removed 50 containers of 50 pods through Docker within 980 ms, without the kubelet asking for it.',
    );
    const ids = new Set(events.map(({ id }) => id));
    expect(incident?.evidence.filter((id) => !ids.has(id))).toEqual([]);
    expect(incident?.evidence).toHaveLength(50);
  });

  it('on containerd does not say that it went through Docker', () => {
    const [incident] = incidentsOf(byContainerdAndKernel(deeds('docker-kill', 5, 20)));
    expect(incident?.explanation).toBe(
      'Someone, or a program, killed 5 containers of 5 pods within 80 ms, without the kubelet asking for it.',
    );
  });

  it.each(['exit-1', 'oom', 'liveness'] as const)(
    'is not what fifty containers do by themselves: %s',
    (kind) => {
      expect(incidentsOf(deeds(kind, 50, 0))).toEqual([]);
    },
  );

  it('is of three pods, not of two', () => {
    expect(incidentsOf(deeds('docker-kill', 2, 0))).toEqual([]);
    expect(incidentsOf(deeds('docker-kill', 3, 0))).toHaveLength(1);
  });

  it.each([
    { kind: 'docker-kill', apartMs: 1_000 },
    { kind: 'sandbox-rm', apartMs: 1_000 },
    // `docker stop` waits for each container in turn.
    { kind: 'docker-stop', apartMs: 11_000 },
  ] as const)('goes on while each $kind is within $apartMs ms of the one before', ({ kind, apartMs }) => {
    expect(incidentsOf(deeds(kind, 3, apartMs))).toMatchObject([{ members: { length: 3 } }]);
    expect(incidentsOf(deeds(kind, 3, apartMs + 1))).toEqual([]);
  });

  it('is of one way to kill: two killed and one removed in the same second are three deeds', () => {
    const events = [
      ...deeds('docker-kill', 2, 0),
      ...deeds('docker-rm', 3, 0).filter((event) => JSON.stringify(event).includes('web-0-2')),
    ];
    expect(timelinesOf(events)).toHaveLength(3);
    expect(incidentsOf(events)).toEqual([]);
  });

  it('is of one node', () => {
    const elsewhere = (events: ReturnType<typeof deeds>, node: string) =>
      JSON.parse(JSON.stringify(events).replaceAll('"node1"', JSON.stringify(node))) as typeof events;
    const events = [0, 1, 2].flatMap((number) =>
      elsewhere(
        deeds('docker-kill', 3, 0).filter(
          (event) => event.source === 'agent' || JSON.stringify(event).includes(`web-0-${number}`),
        ),
        `node${number}`,
      ),
    );
    expect(timelinesOf(events).map(({ pod }) => pod.node)).toEqual(['node0', 'node1', 'node2']);
    expect(incidentsOf(events)).toEqual([]);
  });

  it('is found where a real kubelet was away, if it befell three pods', () => {
    const events = manyPods(3, recordingOf('kubelet-away'));
    expect(findIncidents(timelinesOf(events), events)).toMatchObject([
      { kind: 'mass-kill', members: { length: 3 } },
    ]);
  });
});
