import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentEvent } from '../../../timeline/contract/agent-event.ts';
import { criEvent } from '../../../timeline/contract/cri-event.ts';
import { dockerEvent } from '../../../timeline/contract/docker-event.ts';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { kubernetesEvent } from '../../../timeline/contract/kubernetes-event.ts';
import { podEvent } from '../../../timeline/contract/pod-event.ts';
import { timeline as timelineSchema } from '../../../timeline/contract/timeline.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { renderSvg } from '../../../timeline/render/svg.ts';
import { renderText } from '../../../timeline/render/text.ts';
import { BAD_COORDINATE } from '../../support/drawing.ts';
import { arbitraryOf } from '../../support/arbitrary-of-schema.ts';

const UID = 'the-pod';
/** Few IDs and few moments, so that what is arbitrary else speaks of the same things and gets in its own way. */
const IDS = ['a', 'b', 'c', UID];
const REASONS = [
  'Killing',
  'Unhealthy',
  'SandboxChanged',
  'BackOff',
  'OOMKilled',
  'toString',
  '__proto__',
  undefined,
];
const TIMES = [
  '2026-03-01T10:00:00Z',
  '2026-03-01T10:00:00.5Z',
  '2026-03-01T10:00:01.000000001Z',
  '2026-03-01T10:05:00Z',
  '1970-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
];

function aboutThePod(event: Arbitrary<unknown>): Arbitrary<RecordedEvent> {
  return fc
    .tuple(event, fc.array(fc.nat(), { minLength: 16, maxLength: 16 }), fc.boolean())
    .map(([value, picks, ours]) => {
      let picked = 0;
      const pick = <T>(from: readonly T[]) => from[(picks[picked++ % picks.length] ?? 0) % from.length];
      const again = (inner: unknown): unknown => {
        if (Array.isArray(inner)) return inner.map(again);
        if (typeof inner !== 'object' || inner === null) return inner;
        return Object.fromEntries(
          Object.entries(inner).map(([key, field]) => {
            if (/^(?:containerId|sandboxId|instance)$/.test(key)) return [key, pick(IDS)];
            if (/At$|^(?:from|to|since|at|startTime|lastTransitionTime|deletionTimestamp)$/.test(key))
              return [key, pick(TIMES)];
            // What the kubelet says, and what everyone may say who can make Events.
            if (key === 'reason' && field !== null) return [key, pick(REASONS) ?? field];
            if (key === 'container' || (key === 'name' && 'kind' in inner)) return [key, pick(IDS)];
            if (key === 'uid' && 'namespace' in inner && ours) return [key, UID];
            return [key, again(field)];
          }),
        );
      };
      return again(value) as RecordedEvent;
    });
}

const anything = fc.array(
  fc.oneof(
    aboutThePod(arbitraryOf(podEvent)),
    aboutThePod(arbitraryOf(dockerEvent)),
    aboutThePod(arbitraryOf(criEvent)),
    aboutThePod(arbitraryOf(kubernetesEvent)),
    aboutThePod(arbitraryOf(agentEvent)),
  ),
  { maxLength: 25 },
);

describe('reconstruct, given anything that the schemas accept', () => {
  it('gives a timeline that its schema accepts and that can be drawn', () => {
    fc.assert(
      fc.property(anything, (events) => {
        const account = reconstruct('lab', UID, events);
        if (account === undefined) return;
        expect(timelineSchema.safeParse(account).error?.issues).toBeUndefined();
        expect(renderText(account)).toContain('cluster lab');
        expect(renderSvg(account)).not.toMatch(BAD_COORDINATE);
      }),
      { numRuns: 300, interruptAfterTimeLimit: 20_000 },
    );
  });

  it('gives the same timeline in any order and repetition', () => {
    fc.assert(
      fc.property(
        anything.chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
            fc.subarray(events),
          ),
        ),
        ([events, disordered, again]) => {
          expect(reconstruct('lab', UID, [...disordered, ...again])).toEqual(reconstruct('lab', UID, events));
        },
      ),
      { numRuns: 300, interruptAfterTimeLimit: 20_000 },
    );
  });
});
