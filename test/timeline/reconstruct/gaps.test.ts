import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { aPodRevision, aStatement, POD, watchedFrom } from '../../support/recorded-events.ts';

const CREATED = '2026-03-01T10:00:00Z';
const pod = aPodRevision({
  resourceVersion: '5',
  occurredAt: CREATED,
  type: 'ADDED',
  metadata: { createdAt: CREATED },
});

function gapsOf(events: readonly RecordedEvent[]) {
  const account = reconstruct('lab', POD.uid, events);
  return { gaps: account?.gaps, complete: account?.summary.complete };
}

const podOnly = (list: ReturnType<typeof gapsOf>) => list.gaps?.filter(({ source }) => source === 'pod');

describe('gaps', () => {
  it('has none when every source was watched before the pod was made', () => {
    expect(gapsOf([pod, ...watchedFrom('2026-03-01T09:00:00Z')])).toEqual({ gaps: [], complete: true });
  });

  it('takes a creation time of whole seconds for any moment of that second', () => {
    expect(gapsOf([pod, ...watchedFrom('2026-03-01T10:00:00.700Z')]).complete).toBe(true);
  });

  it('begins with the life of a pod that was there before recording', () => {
    const { gaps, complete } = gapsOf([pod, ...watchedFrom('2026-03-01T12:00:00.000Z')]);
    expect(complete).toBe(false);
    expect(gaps).toContainEqual({
      source: 'pod',
      from: '2026-03-01T10:00:00.999999999Z',
      to: '2026-03-01T12:00:00.000Z',
      reason: 'before-recording',
    });
  });

  it('says of a source that nobody watched that it was not watched', () => {
    const [began] = watchedFrom('2026-03-01T09:00:00Z');
    expect(gapsOf([pod, began!]).gaps).toEqual([
      { source: 'event', from: '2026-03-01T10:00:00.999999999Z', to: null, reason: 'not-watched' },
    ]);
  });

  it('shows a gap from its opening, and its end once it is closed', () => {
    const [began] = watchedFrom('2026-03-01T09:00:00Z');
    const from = '2026-03-01T11:00:00.000Z';
    const opened = aStatement({
      type: 'gap-opened',
      watched: 'pod',
      sequence: 3,
      from,
      reason: 'api-unreachable',
    });
    expect(podOnly(gapsOf([pod, began!, opened]))).toEqual([
      { source: 'pod', from, to: null, reason: 'api-unreachable' },
    ]);
    const to = '2026-03-01T11:05:00.000Z';
    const closed = aStatement({
      type: 'gap-closed',
      watched: 'pod',
      sequence: 4,
      from,
      to,
      reason: 'watch-expired',
    });
    expect(podOnly(gapsOf([pod, closed, opened, began!]))).toEqual([
      { source: 'pod', from, to, reason: 'watch-expired' },
    ]);
    expect(podOnly(gapsOf([pod, closed, began!]))).toEqual([
      { source: 'pod', from, to, reason: 'watch-expired' },
    ]);
  });

  it('takes a gap back when the source resumed where it had stopped', () => {
    const [began] = watchedFrom('2026-03-01T09:00:00Z');
    const from = '2026-03-01T11:00:00.000Z';
    const opened = aStatement({
      type: 'gap-opened',
      watched: 'pod',
      sequence: 3,
      from,
      reason: 'api-unreachable',
    });
    const resumed = aStatement({
      type: 'gap-closed',
      watched: 'pod',
      sequence: 4,
      from,
      to: from,
      reason: 'resumed',
    });
    expect(podOnly(gapsOf([pod, began!, opened, resumed]))).toEqual([]);
  });

  it('covers what one agent missed with what another saw', () => {
    const [began] = watchedFrom('2026-03-01T09:00:00Z');
    const opened = aStatement({
      type: 'gap-opened',
      watched: 'pod',
      sequence: 3,
      from: '2026-03-01T11:00:00.000Z',
      reason: 'agent-stopped',
    });
    const successor = aStatement({
      type: 'recording-began',
      watched: 'pod',
      sequence: 0,
      to: '2026-03-01T10:59:00.000Z',
      agent: { instance: 'agent-2', role: 'all' },
    });
    expect(podOnly(gapsOf([pod, began!, opened, successor]))).toEqual([]);
  });

  it('does not take the word of an agent on another node', () => {
    const elsewhere = watchedFrom('2026-03-01T09:00:00Z').map((statement) => ({
      ...statement,
      agent: { instance: 'agent-1', role: 'node' as const, node: 'node2' },
    }));
    expect(gapsOf([pod, ...elsewhere]).gaps?.map(({ reason }) => reason)).toEqual([
      'not-watched',
      'not-watched',
    ]);
  });

  it('ends the word of a killed agent where its successor began', () => {
    const [began] = watchedFrom('2026-03-01T09:00:00Z');
    const successor = (from?: string) =>
      aStatement({
        type: 'recording-began',
        watched: 'pod',
        sequence: 0,
        to: '2026-03-01T11:00:00.000Z',
        ...(from === undefined ? {} : { from }),
        agent: { instance: 'agent-2', role: 'all' },
      });
    const alive = '2026-03-01T10:58:00.000Z';
    expect(podOnly(gapsOf([pod, began!, successor(alive)]))).toEqual([
      { source: 'pod', from: alive, to: '2026-03-01T11:00:00.000Z', reason: 'agent-restarted' },
    ]);
    // Without knowing when the first was last alive, no more than its own last word can be trusted.
    expect(podOnly(gapsOf([pod, began!, successor()]))).toEqual([
      {
        source: 'pod',
        from: '2026-03-01T10:00:00.999999999Z',
        to: '2026-03-01T11:00:00.000Z',
        reason: 'agent-restarted',
      },
    ]);
  });

  it('shows the moment at which events were dropped, unless another agent listened then', () => {
    const [began] = watchedFrom('2026-03-01T09:00:00Z');
    const at = '2026-03-01T11:00:00.000Z';
    const dropped = aStatement({
      type: 'events-dropped',
      watched: 'pod',
      sequence: 3,
      from: at,
      to: at,
      reason: 'message-too-long',
      dropped: 1,
    });
    expect(podOnly(gapsOf([pod, began!, dropped]))).toEqual([
      { source: 'pod', from: at, to: at, reason: 'message-too-long' },
    ]);
    expect(gapsOf([pod, began!, dropped]).complete).toBe(false);
    const another = aStatement({
      type: 'recording-began',
      watched: 'pod',
      sequence: 0,
      to: '2026-03-01T09:30:00.000Z',
      agent: { instance: 'agent-2', role: 'node', node: 'node1' },
    });
    expect(podOnly(gapsOf([pod, began!, dropped, another]))).toEqual([]);
  });

  it('leaves a gap that lies outside the pod’s life alone', () => {
    const { events } = tellHistory([{ kind: 'exit-1', ranMs: 60_000, downMs: 1_000 }]);
    const before = aStatement({
      type: 'gap-closed',
      watched: 'docker',
      sequence: 7,
      from: '2026-03-01T08:00:00.000Z',
      to: '2026-03-01T08:10:00.000Z',
      agent: { instance: 'agent-0', role: 'all' },
    });
    expect(gapsOf([...events, before])).toEqual({ gaps: [], complete: true });
  });
});
