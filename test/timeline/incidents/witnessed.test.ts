import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import type { Restart, Timeline } from '../../../timeline/contract/timeline.ts';
import { findIncidents } from '../../../timeline/incidents/find-incidents.ts';
import { asPod, manyPods, timelinesOf } from '../../support/many-pods.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { aTimeline, stamp } from '../../support/pod-timeline.ts';
import { aKubernetesEvent, POD } from '../../support/recorded-events.ts';
import { recordingOf } from '../../support/recording.ts';

/** A pod whose container ran from 0 to 60 s and was started again after `downMs`. */
const aPod = (name: string, cause: Restart['cause'], downMs = 40_000, ranMs = 60_000): Timeline => {
  const timeline = aTimeline([{ ranMs, downMs, cause }]);
  return { ...timeline, pod: { ...timeline.pod, name, uid: name } };
};
const said = (reason: string, atMs: number, given: Partial<Parameters<typeof aKubernetesEvent>[0]> = {}) =>
  aKubernetesEvent({ node: 'node1', reason, occurredAt: `${stamp(atMs).slice(0, 19)}Z`, ...given });
const namesOf = (timelines: readonly Timeline[], events: readonly RecordedEvent[]) =>
  findIncidents(timelines, events).map(({ kind, members }) => ({
    kind,
    pods: members.map(({ pod }) => pod.name),
  }));

describe('a restart of the runtime', () => {
  it.each(['dockerd-restart', 'dockerd-crash'])('is told once for all that went down with it: %s', (name) => {
    const events = manyPods(20, recordingOf(name));
    const [incident, ...others] = findIncidents(timelinesOf(events), events);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ kind: 'runtime-restarted', node: 'lab-node' });
    expect(incident?.members).toHaveLength(20);
    const witness = events.find(({ id }) => id === incident?.evidence[0]);
    expect(witness).toMatchObject({ source: 'agent', type: 'gap-closed', reason: 'docker-restarted' });
    expect(incident?.explanation).toMatch(
      /^The container runtime of the node restarted and took at least 20 containers of 20 pods down with it, for \d+ (?:ms|s) at the most\.$/,
    );
  });

  it('that befell a single container stays a restart', () => {
    const events = recordingOf('dockerd-restart');
    expect(findIncidents(timelinesOf(events), events)).toEqual([]);
  });

  it('is another one half a minute later', () => {
    const ends = (ranMs: number) =>
      [1, 2].map((n) => aPod(`${ranMs}-${n}`, 'runtime-restarted', 1_000, ranMs));
    expect(findIncidents([...ends(60_000), ...ends(90_000)], [])).toHaveLength(1);
    expect(findIncidents([...ends(60_000), ...ends(90_001)], [])).toHaveLength(2);
  });
});

describe('no incident', () => {
  it.each(['kubelet-restart', 'node-drain', 'crash-loop', 'oom-kill', 'liveness-probe'])(
    'is made of many pods like the recorded one: %s',
    (name) => {
      const events = manyPods(5, recordingOf(name));
      const timelines = timelinesOf(events);
      expect(timelines.length).toBeGreaterThanOrEqual(5);
      expect(findIncidents(timelines, events)).toEqual([]);
    },
  );
});

describe('a reboot of the node', () => {
  const pods = [aPod('a', 'unknown'), aPod('b', 'sandbox-changed'), aPod('c', 'exited')];
  const start = said('Starting', 90_000, { message: 'Starting kubelet.' });
  const reboot = said('Rebooted', 92_000, { message: 'Node node1 has been rebooted' });

  it('is told once, with what spans it, and not of what the kubelet or the kernel ended', () => {
    const [incident] = findIncidents(
      [...pods, aPod('probed', 'liveness-failed'), aPod('oom', 'oom-killed')],
      [start, reboot],
    );
    expect(incident).toMatchObject({ kind: 'node-rebooted', from: stamp(60_000), to: stamp(100_000) });
    expect(incident?.members.map(({ pod }) => pod.name)).toEqual(['a', 'b', 'c']);
    expect(incident?.evidence.slice(0, 2)).toEqual([start.id, reboot.id]);
    expect(incident?.explanation).toContain(
      '3 containers of 3 pods went down with the node and were started again, the last 10 s after',
    );
  });

  it('needs the kubelet to have said that it found another boot', () => {
    expect(findIncidents(pods, [start])).toEqual([]);
    expect(findIncidents(pods, [said('Rebooted', 92_000, { node: 'node2' })])).toEqual([]);
    expect(namesOf(pods, [reboot])).toMatchObject([{ kind: 'node-rebooted' }]);
  });

  it('is told without the kubelet’s word of restarts whose own cause says so', () => {
    const caused = (downMs: number, name: string) => aPod(name, 'node-rebooted', downMs);
    expect(findIncidents([caused(30_000, 'a'), caused(330_000, 'b')], [])).toMatchObject([
      { kind: 'node-rebooted', members: { length: 2 } },
    ]);
    expect(findIncidents([caused(30_000, 'a'), caused(330_001, 'b')], [])).toEqual([]);
  });

  it('is not of what restarted before it, nor of what ended after it', () => {
    const before = aPod('before', 'exited', 10_000);
    const after = aPod('after', 'exited', 5_000, 95_000);
    expect(namesOf([...pods, before, after], [start, reboot])).toEqual([
      { kind: 'node-rebooted', pods: ['a', 'b', 'c'] },
    ]);
  });

  it('is of what is back within five minutes', () => {
    const late = (downMs: number) => [1, 2].map((n) => aPod(`${n}`, 'unknown', downMs));
    expect(findIncidents(late(332_000), [start, reboot])).toHaveLength(1);
    expect(findIncidents(late(332_001), [start, reboot])).toEqual([]);
  });
});

describe('a restart of the kubelet', () => {
  const start = said('Starting', 30_000, { message: 'Starting kubelet.' });
  const pods = [aPod('a', 'spec-changed'), aPod('b', 'spec-changed')];

  it('that finds definitions changed in pods at once is told once', () => {
    expect(namesOf(pods, [start])).toEqual([{ kind: 'kubelet-restarted', pods: ['a', 'b'] }]);
    expect(findIncidents(pods, [start])[0]?.evidence[0]).toBe(start.id);
  });

  it('is none where the kubelet did not start, started more than a minute before, or it is kube-proxy that did', () => {
    expect(findIncidents(pods, [])).toEqual([]);
    expect(findIncidents(pods, [said('Starting', 0, { message: 'Starting kubelet.' })])).toHaveLength(1);
    expect(findIncidents(pods, [said('Starting', -1_000, { message: 'Starting kubelet.' })])).toEqual([]);
    expect(findIncidents(pods, [said('Starting', 30_000, { component: 'kube-proxy' })])).toEqual([]);
  });

  it('is told of any restarts whose cause says so', () => {
    expect(namesOf([aPod('a', 'kubelet-restarted'), aPod('b', 'kubelet-restarted')], [])).toMatchObject([
      { kind: 'kubelet-restarted' },
    ]);
  });
});

describe('pressure on the node', () => {
  const pods = ['a', 'b', 'c'].map((name) => ({ ...aPod(name, 'exited'), runs: [], restarts: [] }));
  const evicted = (name: string, atMs: number) => {
    const { node: _, ...event } = said('Evicted', atMs, { uid: `evicted ${name}` });
    return { ...event, id: `evicted ${name}`, pod: { ...POD, name, uid: name } };
  };
  const met = said('EvictionThresholdMet', 60_000, { message: 'Attempting to reclaim memory' });

  it('is told once, with the pods that were evicted for it', () => {
    const events = [met, evicted('a', 70_000), evicted('b', 80_000), evicted('stranger', 80_000)];
    const [incident] = findIncidents(pods, events);
    expect(incident).toMatchObject({
      kind: 'node-pressure',
      from: met.occurredAt,
      to: events[2]?.occurredAt,
    });
    expect(incident?.members).toEqual(
      ['a', 'b'].map((name, index) => ({
        pod: { namespace: 'shop', name, uid: name },
        container: null,
        restart: null,
        at: events[index + 1]?.occurredAt,
      })),
    );
    expect(incident?.explanation).toBe(
      'The node ran short of resources (EvictionThresholdMet). The kubelet evicted 2 pods.',
    );
    expect(incident?.evidence).toEqual([met.id, 'evicted a', 'evicted b']);
  });

  it('lasts five minutes after it was last met', () => {
    expect(findIncidents(pods, [met, evicted('a', 70_000), evicted('b', 360_000)])).toHaveLength(1);
    expect(findIncidents(pods, [met, evicted('a', 70_000), evicted('b', 361_000)])).toEqual([]);
    expect(findIncidents(pods, [evicted('a', 70_000), evicted('b', 71_000)])).toEqual([]);
  });

  it('is behind what the kernel kills for memory only where the whole node was out of it', () => {
    const ooms = [aPod('x', 'oom-killed'), aPod('y', 'oom-killed')];
    expect(findIncidents(ooms, [met])).toEqual([]);
    expect(namesOf(ooms, [said('SystemOOM', 50_000)])).toEqual([{ kind: 'node-pressure', pods: ['x', 'y'] }]);
    expect(findIncidents(ooms, [said('SystemOOM', 49_000)])).toEqual([]);
  });
});

describe('findIncidents', () => {
  it('tells a mass kill and a crash beside it apart', () => {
    const killed = manyPods(4, tellHistory([{ kind: 'docker-kill', ranMs: 60_000, downMs: 1_000 }]).events);
    const crashed = asPod(9, tellHistory([{ kind: 'exit-1', ranMs: 60_000, downMs: 1_000 }]).events);
    const events = [...killed, ...crashed];
    expect(findIncidents(timelinesOf(events), events).map(({ members }) => members.length)).toEqual([4]);
  });
});
