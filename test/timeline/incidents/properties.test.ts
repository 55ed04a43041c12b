import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { incident, nodeTimeline } from '../../../timeline/contract/incident.ts';
import { kubernetesEvent } from '../../../timeline/contract/kubernetes-event.ts';
import { agentEvent } from '../../../timeline/contract/agent-event.ts';
import type { Timeline } from '../../../timeline/contract/timeline.ts';
import { findIncidents } from '../../../timeline/incidents/find-incidents.ts';
import { tellNode } from '../../../timeline/incidents/node-timeline.ts';
import { renderNodeText } from '../../../timeline/render/node-text.ts';
import { arbitraryOf } from '../../support/arbitrary-of-schema.ts';
import { arbitraryTimeline } from '../../support/arbitrary-timeline.ts';
import { asPod, timelinesOf } from '../../support/many-pods.ts';
import { DEED_KINDS, tellHistory } from '../../support/pod-history.ts';
import { aKubernetesEvent } from '../../support/recorded-events.ts';

const START = Date.parse('2026-03-01T10:00:00.000Z');
const nodeEvents = fc.array(
  fc
    .record({
      reason: fc.constantFrom('Rebooted', 'Starting', 'SystemOOM', 'EvictionThresholdMet', 'Evicted'),
      second: fc.integer({ min: 0, max: 200 }),
    })
    .map(({ reason, second }) =>
      aKubernetesEvent({
        ...(reason === 'Evicted' ? {} : { node: 'node1' }),
        reason,
        occurredAt: new Date(START + second * 1000).toISOString(),
      }),
    ),
  { maxLength: 4 },
);
/** Up to a dozen pods to which something is done at about the same time, and what is said of their node. */
const aNode = fc.record({
  pods: fc.array(
    fc.record({
      kind: fc.constantFrom(...DEED_KINDS),
      ranMs: fc.integer({ min: 60_000, max: 64_000 }),
      downMs: fc.integer({ min: 0, max: 40_000 }),
    }),
    { maxLength: 12 },
  ),
  nodeEvents,
});
const eventsOf = ({
  pods,
  nodeEvents: said,
}: {
  pods: Parameters<typeof tellHistory>[0];
  nodeEvents: RecordedEvent[];
}) => [...pods.flatMap((deed, number) => asPod(number, tellHistory([deed], START).events)), ...said];

describe('the incidents of a node', () => {
  it('tell each restart once at the most, name what is there and rest on what was recorded', () => {
    let found = 0;
    fc.assert(
      fc.property(aNode, (node) => {
        const events = eventsOf(node);
        const timelines = timelinesOf(events);
        const account = tellNode({ cluster: 'lab', node: 'node1', timelines, events });
        found += account.incidents.length;
        const told = [
          ...account.incidents.flatMap(({ members }) =>
            members.map(({ pod, restart }) => `${pod.uid} ${restart}`),
          ),
          ...account.restarts.map(({ pod, index }) => `${pod.uid} ${index}`),
        ].filter((name) => !name.endsWith('null'));
        const all = timelines.flatMap(({ pod, restarts }) =>
          restarts.map((_, index) => `${pod.uid} ${index}`),
        );
        expect([...told].sort()).toEqual([...all].sort());
        const ids = new Set(events.map(({ id }) => id));
        for (const { evidence, members, from, to } of account.incidents) {
          expect(evidence.filter((id) => !ids.has(id))).toEqual([]);
          expect(members.length).toBeGreaterThanOrEqual(2);
          expect(Date.parse(from)).toBeLessThanOrEqual(Date.parse(to));
        }
      }),
    );
    expect(found).toBeGreaterThan(0);
  });

  it('are the same in whatever order the pods and the events come', () => {
    fc.assert(
      fc.property(aNode, fc.nat(), (node, turn) => {
        const events = eventsOf(node);
        const timelines = timelinesOf(events);
        const rotated = <T>(list: readonly T[]): T[] => {
          const by = list.length === 0 ? 0 : turn % list.length;
          return [...list.slice(by), ...list.slice(0, by)].reverse();
        };
        expect(findIncidents(rotated(timelines), rotated([...events, ...events]))).toEqual(
          findIncidents(timelines, events),
        );
      }),
    );
  });

  it('can be told of any timelines and events that the schemas accept', () => {
    const moments = [
      '2026-03-01T10:00:00Z',
      '2026-03-01T10:05:00.5Z',
      '9999-12-31T23:59:59.999999999Z',
      '0000-01-01T00:00:00Z',
    ];
    const anyEvent = fc
      .tuple(
        fc.oneof(arbitraryOf(kubernetesEvent), arbitraryOf(agentEvent)),
        fc.constantFrom(...moments),
        fc.constantFrom('Rebooted', 'Starting', 'SystemOOM', 'Evicted', 'NodeHasDiskPressure'),
        fc.boolean(),
      )
      .map(([event, occurredAt, reason, ofNode]) => {
        const { pod: _, ...rest } = event as Record<string, unknown>;
        return {
          ...(ofNode && rest['source'] === 'event' ? { ...rest, node: 'node1' } : (event as object)),
          occurredAt,
          reason,
        } as RecordedEvent;
      });
    fc.assert(
      fc.property(
        fc.uniqueArray(arbitraryTimeline, { maxLength: 3, selector: ({ pod }: Timeline) => pod.uid }),
        fc.array(anyEvent, { maxLength: 8 }),
        (timelines, events) => {
          const incidents = findIncidents(timelines, events);
          expect(z.array(incident).safeParse(incidents).error?.issues).toBeUndefined();
          const account = tellNode({ cluster: 'lab', node: 'node1', timelines, events });
          expect(nodeTimeline.safeParse(account).error?.issues).toBeUndefined();
          expect(renderNodeText(account)).toContain('node node1  cluster lab');
        },
      ),
      { numRuns: 300, interruptAfterTimeLimit: 20_000 },
    );
  });
});
