import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentEvent } from '../../../timeline/contract/agent-event.ts';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { kubernetesEvent } from '../../../timeline/contract/kubernetes-event.ts';
import { podEvent } from '../../../timeline/contract/pod-event.ts';
import { workloadTimeline } from '../../../timeline/contract/workload-timeline.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { renderWorkloadSvg } from '../../../timeline/render/workload-svg.ts';
import { renderWorkloadText } from '../../../timeline/render/workload-text.ts';
import { reconstructWorkload } from '../../../timeline/workloads/reconstruct-workload.ts';
import { BAD_COORDINATE } from '../../support/drawing.ts';
import { arbitraryOf } from '../../support/arbitrary-of-schema.ts';

const UIDS = ['one', 'two', 'three'];
/** Few words and moments, so that what is arbitrary else speaks of the same things and gets in its own way. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  uid: UIDS,
  kind: ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Pod'],
  phase: ['Pending', 'Running', 'Failed', 'Succeeded'],
  reason: [
    'Evicted',
    'Preempted',
    'TaintManagerEviction',
    'EvictionByEvictionAPI',
    'DeletionByTaintManager',
    'NodeNotReady',
  ],
  node: ['node1', 'node2'],
  nodeName: ['node1', 'node2'],
  namespace: ['shop'],
  type: ['DisruptionTarget'],
};
const TIMES = [
  '2026-03-01T10:00:00Z',
  '2026-03-01T10:00:01.000000001Z',
  '2026-03-01T10:05:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
];

function aboutOurPods(event: Arbitrary<unknown>): Arbitrary<RecordedEvent> {
  return fc.tuple(event, fc.array(fc.nat(), { minLength: 16, maxLength: 16 })).map(([value, picks]) => {
    let picked = 0;
    const pick = (from: readonly unknown[]) => from[(picks[picked++ % picks.length] ?? 0) % from.length];
    const again = (inner: unknown, top: boolean): unknown => {
      if (Array.isArray(inner)) return inner.map((one) => again(one, false));
      if (typeof inner !== 'object' || inner === null) return inner;
      const fields = Object.entries(inner).map(([key, field]) => {
        const words = Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
        if (
          typeof field === 'string' &&
          /At$|^(?:from|to|startTime|lastTransitionTime|deletionTimestamp)$/.test(key)
        )
          return [key, pick(TIMES)];
        if (key === 'controller') return [key, true];
        if (key === 'labels') return [key, { 'pod-template-hash': pick(['a', 'b']) }];
        if (typeof field === 'string' && words !== undefined && !(top && key === 'type'))
          return [key, pick(words)];
        return [key, again(field, false)];
      });
      return Object.fromEntries(fields);
    };
    return again(value, true) as RecordedEvent;
  });
}

const events = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: aboutOurPods(arbitraryOf(podEvent)) },
    aboutOurPods(arbitraryOf(kubernetesEvent)),
    aboutOurPods(arbitraryOf(agentEvent)),
  ),
  { maxLength: 25 },
);

describe('reconstructWorkload, given anything that the schemas accept', () => {
  it('gives accounts that their schema accepts and that can be drawn', () => {
    let told = 0;
    fc.assert(
      fc.property(events, (all) => {
        const pods = UIDS.flatMap((uid) => {
          const timeline = reconstruct('lab', uid, all);
          return timeline === undefined ? [] : [{ timeline, events: all }];
        });
        const workloads = new Map(
          pods.map(({ timeline: { pod } }) => [JSON.stringify([pod.namespace, pod.workload]), pod]),
        );
        for (const { namespace, workload } of workloads.values()) {
          const account = reconstructWorkload({ cluster: 'lab', namespace, ...workload }, pods);
          told += account?.replacements.length ?? 0;
          expect(workloadTimeline.safeParse(account).error?.issues).toBeUndefined();
          if (account === undefined) continue;
          expect(renderWorkloadText(account)).toContain('cluster lab');
          expect(renderWorkloadSvg(account)).not.toMatch(BAD_COORDINATE);
        }
      }),
      { numRuns: 300, interruptAfterTimeLimit: 20_000 },
    );
    expect(told).toBeGreaterThan(100);
  });
});
