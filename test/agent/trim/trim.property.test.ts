import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../agent/observation.ts';
import { createTrim } from '../../../agent/trim/trim.ts';
import { eventId, recordedEvent, type RecordedEvent } from '../../../timeline/contract/event.ts';

const agent = { instance: 'agent-1', role: 'all' } as const;
const AT = '2026-01-31T08:00:10.123Z';

/** A value as it should be, now and then something else in its place. */
const mostly = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: fc.anything() });

const time = mostly(
  fc.constantFrom('2026-01-31T08:00:00Z', '2026-01-31T08:00:05.123456Z', '0001-01-01T00:00:00Z'),
);
const word = mostly(fc.constantFrom('Running', 'Error', 'CrashLoopBackOff', 'Always', 'True', ''));
const name = mostly(fc.constantFrom('app', 'log', 'proxy', '__proto__', 'constructor'));
const int = mostly(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer()));
const bool = mostly(fc.boolean());
const partly = (model: Record<string, fc.Arbitrary<unknown>>) =>
  mostly(fc.record(model, { requiredKeys: [] }));

const state = partly({
  running: partly({ startedAt: time }),
  waiting: partly({
    reason: word,
    message: mostly(fc.constant('back-off 40s restarting failed container=a')),
  }),
  terminated: partly({
    exitCode: int,
    signal: int,
    reason: word,
    startedAt: time,
    finishedAt: time,
    containerID: mostly(fc.constantFrom('docker://abc', 'containerd://def', 'constructor://x', '')),
  }),
});
const containerStatus = mostly(
  fc.record({
    name,
    state,
    lastState: state,
    ready: bool,
    started: bool,
    restartCount: int,
    image: mostly(fc.constant('web:1')),
    imageID: mostly(fc.constant('')),
    containerID: mostly(fc.constantFrom('docker://abc', 'cri-o://abc', 'x')),
  }),
);
const lots = <T>(value: fc.Arbitrary<T>) => mostly(fc.array(value, { maxLength: 4 }));
const podFrame = fc.record({
  type: mostly(fc.constantFrom('ADDED', 'MODIFIED', 'DELETED', 'LISTED', 'VANISHED')),
  object: mostly(
    fc.record({
      metadata: mostly(
        fc.record({
          name,
          namespace: name,
          uid: mostly(fc.constantFrom('u1', 'u2', 'u3')),
          resourceVersion: mostly(fc.nat().map(String)),
          creationTimestamp: time,
          deletionTimestamp: mostly(fc.option(fc.constant('2027-01-01T00:00:00Z'))),
          generation: int,
          labels: mostly(fc.dictionary(fc.constantFrom('app', 'job-name', 'x'), mostly(fc.string()))),
          annotations: mostly(fc.dictionary(fc.constant('kubernetes.io/config.hash'), mostly(fc.string()))),
          ownerReferences: lots(partly({ kind: word, name, uid: name, controller: bool })),
          managedFields: lots(partly({ time, manager: word })),
        }),
      ),
      spec: partly({
        nodeName: name,
        restartPolicy: word,
        priority: int,
        terminationGracePeriodSeconds: int,
        containers: lots(
          partly({
            name,
            image: word,
            restartPolicyRules: lots(
              partly({ action: word, exitCodes: partly({ operator: word, values: lots(int) }) }),
            ),
          }),
        ),
        initContainers: lots(partly({ name, restartPolicy: word })),
      }),
      status: partly({
        phase: word,
        reason: word,
        startTime: time,
        conditions: lots(partly({ type: word, status: word, reason: word, lastTransitionTime: time })),
        containerStatuses: lots(containerStatus),
        initContainerStatuses: lots(containerStatus),
        ephemeralContainerStatuses: lots(containerStatus),
      }),
    }),
  ),
});
const eventFrame = fc.record({
  type: mostly(fc.constantFrom('ADDED', 'MODIFIED', 'LISTED')),
  object: mostly(
    fc.record({
      metadata: mostly(fc.record({ uid: name, resourceVersion: name, creationTimestamp: time })),
      involvedObject: mostly(
        fc.record({
          kind: mostly(fc.constantFrom('Pod', 'Node')),
          name,
          namespace: name,
          uid: name,
          fieldPath: mostly(fc.constant('spec.containers{app}')),
        }),
      ),
      reason: mostly(fc.constantFrom('Killing', 'BackOff', 'Unhealthy', 'constructor')),
      message: mostly(fc.string()),
      type: word,
      count: int,
      firstTimestamp: time,
      lastTimestamp: time,
      eventTime: time,
      series: partly({ count: int, lastObservedTime: time }),
      source: partly({ component: mostly(fc.constant('kubelet')), host: name }),
    }),
  ),
});
const nano = mostly(fc.bigInt(0n, 9_999_999_999_999_999_999n).map(String));
const dockerMessage = fc.record({
  Action: mostly(fc.constantFrom('create', 'kill', 'die', 'health_status: healthy', 'exec_die')),
  timeNano: nano,
  Actor: mostly(
    fc.record({
      ID: name,
      Attributes: mostly(
        fc.dictionary(
          fc.constantFrom('name', 'image', 'signal', 'exitCode', 'execDuration', 'io.kubernetes.pod.name'),
          mostly(fc.oneof(fc.constantFrom('9', '137', 'k8s_a_b_c_d_1'), fc.string())),
        ),
      ),
    }),
  ),
});
const inspection = fc.record({
  Action: fc.constant('inspect'),
  timeNano: nano,
  inspect: mostly(
    fc.record({
      Id: name,
      Name: name,
      Created: time,
      RestartCount: int,
      Config: partly({ Image: name, Labels: mostly(fc.dictionary(fc.string(), fc.anything())) }),
      State: partly({ Status: word, StartedAt: time, FinishedAt: time, ExitCode: int, OOMKilled: bool }),
    }),
  ),
});
const statement = partly({
  type: mostly(fc.constantFrom('recording-began', 'gap-opened', 'gap-closed', 'events-dropped')),
  watched: mostly(fc.constantFrom('pod', 'event', 'docker')),
  from: time,
  to: time,
  reason: word,
  dropped: int,
});

const observation = fc.oneof(
  ...(
    [
      ['pod', podFrame],
      ['event', eventFrame],
      ['docker', dockerMessage],
      ['docker', inspection],
      ['agent', statement],
    ] as const
  ).map(([source, raw]) => fc.record({ at: fc.constant(AT), source: fc.constant(source), raw })),
) as fc.Arbitrary<Observation>;
const observations = fc.array(observation, { maxLength: 12 });

const trimAll = (all: readonly Observation[]): RecordedEvent[] => all.flatMap(createTrim({ agent }));

describe('whatever the sources say', () => {
  test('nothing throws, and every event is one of the contract, with the id that follows from its content', () => {
    let events = 0;
    fc.assert(
      fc.property(observations, (all) => {
        for (const event of trimAll(all)) {
          events += 1;
          const parsed = recordedEvent.safeParse(event);
          expect({ event, issues: parsed.error?.issues }).toEqual({ event, issues: undefined });
          expect(event.id).toBe(eventId(event));
        }
      }),
      { numRuns: 1_500 },
    );
    expect(events).toBeGreaterThan(2_000);
  });

  test('nothing throws for anything at all', () => {
    fc.assert(
      fc.property(fc.constantFrom('pod', 'event', 'docker', 'agent'), fc.anything(), (source, raw) => {
        expect(trimAll([{ at: AT, source, raw }])).toEqual([]);
      }),
    );
  });

  test('the same observations give the same events', () => {
    fc.assert(
      fc.property(observations, (all) => {
        expect(trimAll(all)).toEqual(trimAll(all));
      }),
    );
  });

  test('when a pod is seen changes nothing but when it was observed', () => {
    fc.assert(
      fc.property(fc.array(podFrame, { maxLength: 6 }), (frames) => {
        const seenAt = (at: string) =>
          trimAll(frames.map((raw) => ({ at, source: 'pod', raw })))
            // One that vanished, or that names no time at all, has no other time.
            .filter(({ occurredAt, observedAt }) => occurredAt !== observedAt)
            .map((event) => ({ ...event, observedAt: '' }));

        expect(seenAt('2030-01-01T00:00:00Z')).toEqual(seenAt('2031-01-01T00:00:00Z'));
      }),
    );
  });
});
