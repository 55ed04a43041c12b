import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CriEvent } from '../../../timeline/contract/cri-event.ts';
import { identified, type RecordedEvent } from '../../../timeline/contract/event.ts';
import { timeline as timelineSchema, type Cause } from '../../../timeline/contract/timeline.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { DEED_KINDS, type DeedKind, tellHistory } from '../../support/pod-history.ts';
import { byContainerd, byContainerdAndKernel } from '../../support/pod-variations.ts';
import {
  aKubernetesEvent,
  aPodRevision,
  aStatement,
  aStatus,
  containerId,
  nanoseconds,
  POD,
} from '../../support/recorded-events.ts';
import { saidOfNode } from './cases/scene.ts';

const at = (clock: string) => `2026-03-01T${clock}Z`;
const [OLD, NEW] = [containerId('old'), containerId('new')];
const [SANDBOX, NEXT_SANDBOX] = [containerId('sandbox'), containerId('next sandbox')];

function cri(action: CriEvent['action'], clock: string, facts: Partial<CriEvent> = {}): CriEvent {
  const occurredAt = at(clock);
  return identified({
    source: 'cri',
    action,
    occurredAt,
    observedAt: occurredAt,
    timeNano: nanoseconds(occurredAt),
    runtime: 'containerd',
    pod: POD,
    role: 'container',
    container: 'web',
    containerId: OLD,
    sandboxId: SANDBOX,
    attempt: 0,
    ...facts,
  } satisfies Omit<CriEvent, 'id'>);
}

const sandbox = (action: CriEvent['action'], clock: string, facts: Partial<CriEvent> = {}) => {
  const { sandboxId: _, ...event } = cri(action, clock, {
    role: 'sandbox',
    container: 'POD',
    containerId: SANDBOX,
    ...facts,
  });
  return event;
};

const watched = (...sources: ('pod' | 'event' | 'cri')[]) =>
  sources.map((source, sequence) =>
    aStatement({ type: 'recording-began', watched: source, to: at('09:00:00.000'), sequence }),
  );
const born: readonly RecordedEvent[] = [
  aPodRevision({
    resourceVersion: '10',
    occurredAt: at('10:00:00'),
    type: 'ADDED',
    metadata: { createdAt: at('10:00:00') },
  }),
  sandbox('create', '10:00:00.100'),
  sandbox('start', '10:00:00.200'),
  cri('create', '10:00:01.000'),
  cri('start', '10:00:01.500'),
];
const ALL = watched('pod', 'event', 'cri');
const next = { containerId: NEW, attempt: 1 };
const anew = [cri('create', '10:10:02.000', next), cri('start', '10:10:02.500', next)];
const inNewSandbox = [
  sandbox('create', '10:10:01.800', { containerId: NEXT_SANDBOX, attempt: 1 }),
  sandbox('start', '10:10:01.900', { containerId: NEXT_SANDBOX, attempt: 1 }),
  ...[cri('create', '10:10:02.000', next), cri('start', '10:10:02.500', next)].map((event) =>
    identified({ ...event, sandboxId: NEXT_SANDBOX }),
  ),
];

function restartsOf(events: readonly RecordedEvent[]) {
  const told = reconstruct('lab', POD.uid, events);
  expect(timelineSchema.safeParse(told).error).toBeUndefined();
  return told?.restarts ?? [];
}

const causeOf = (...events: readonly RecordedEvent[]) =>
  restartsOf([...ALL, ...born, ...events]).map(({ cause }) => cause);

describe('a container of containerd that ended', () => {
  test.each([
    ['with a code of its own did so by itself', 3, 'exited'],
    ['with 0 did so by itself, as far as anything tells', 0, 'exited'],
    ['by a broken access to memory did so by itself', 139, 'exited'],
    ['by SIGKILL was killed by somebody, or chose that code', 137, 'unknown'],
    ['by SIGTERM was asked to by somebody, or chose that code', 143, 'unknown'],
  ])('%s', (_, exitCode, cause) => {
    expect(causeOf(cri('die', '10:10:00.000', { exitCode }), ...anew)).toEqual([cause]);
  });

  test('says what containerd does not tell', () => {
    const [killed] = restartsOf([...ALL, ...born, cri('die', '10:10:00.000', { exitCode: 137 }), ...anew]);
    const [ended] = restartsOf([...ALL, ...born, cri('die', '10:10:00.000', { exitCode: 0 }), ...anew]);

    expect(killed?.explanation).toMatch(
      /^The process got SIGKILL \(exit code 137\), or chose that exit code itself\. The kubelet did not ask for it, .*containerd does not tell who/,
    );
    expect(ended?.explanation).toMatch(
      /^The process ended with exit code 0 \(success\)\. The kubelet did not ask for it; containerd would not tell if someone else had\./,
    );
  });

  test('was removed by someone else, where it was gone before its successor was made', () => {
    const die = cri('die', '10:10:00.000', { exitCode: 137 });
    const destroy = cri('destroy', '10:10:00.300');
    expect(causeOf(die, destroy, ...anew)).toEqual(['removed-externally']);
    expect(causeOf(cri('die', '10:10:00.000', { exitCode: 0 }), destroy, ...anew)).toEqual([
      'stopped-externally',
    ]);
    // The kubelet removes the old one when the new one is there.
    expect(causeOf(die, ...anew, cri('destroy', '10:12:00.000'))).toEqual(['unknown']);
  });

  test('was over before, where it waited to be started anew when it was removed', () => {
    const waiting = aPodRevision({
      resourceVersion: '20',
      occurredAt: at('10:10:00'),
      containerStatuses: [
        aStatus({
          containerId: OLD,
          runtime: 'containerd',
          state: { waiting: { reason: 'CrashLoopBackOff', backoffMs: 20_000 } },
        }),
      ],
    });
    const die = cri('die', '10:09:40.000', { exitCode: 1 });
    expect(causeOf(die, waiting, cri('destroy', '10:09:45.000'), ...anew)).toEqual(['exited']);
  });

  test('ran out of memory, when containerd or the look at its status says so', () => {
    const die = cri('die', '10:10:00.000', { exitCode: 137 });
    const look = cri('inspect', '10:10:01.000', {
      state: {
        status: 'exited',
        startedAt: at('10:00:01.500'),
        finishedAt: at('10:10:00.000'),
        exitCode: 137,
        oomKilled: true,
      },
    });
    expect(causeOf(cri('oom', '10:10:00.001'), die, ...anew)).toEqual(['oom-killed']);
    expect(causeOf(look, die, ...anew)).toEqual(['oom-killed']);
  });

  test('was the kubelet’s doing, when the kubelet says so', () => {
    const killing = aKubernetesEvent({
      reason: 'Killing',
      occurredAt: at('10:09:58'),
      container: 'web',
      message: 'Container web failed liveness probe, will be restarted',
    });
    expect(causeOf(killing, cri('die', '10:10:00.000', { exitCode: 137 }), ...anew)).toEqual([
      'liveness-failed',
    ]);
  });

  test.each([
    ['Kubernetes Events were not watched', watched('pod', 'cri')],
    ['containerd was not watched', watched('pod', 'event')],
  ])('stays unknown where %s', (_, statements) => {
    const events = [...statements, ...born, cri('die', '10:10:00.000', { exitCode: 3 }), ...anew];
    expect(restartsOf(events).map(({ cause }) => cause)).toEqual(['unknown']);
  });

  test('is known by a look at its task alone', () => {
    const look = cri('inspect', '10:10:01.000', {
      state: { status: 'exited', finishedAt: at('10:10:00.500'), exitCode: 5 },
    });
    const told = reconstruct('lab', POD.uid, [...ALL, ...born, look, ...anew]);
    expect(told?.runs[0]).toMatchObject({
      runtime: 'containerd',
      finishedAt: at('10:10:00.500'),
      exitCode: 5,
    });
  });
});

type Signals = NonNullable<CriEvent['signals']>;
type Received = Signals['received'][number];

describe('a container of containerd, where the kernel was asked', () => {
  const DIED = '10:10:00.000';
  const by = (signal: number, sender?: string, clock = '10:09:59.900'): Received => ({
    signal,
    at: at(clock),
    ...(sender === undefined ? {} : { sender }),
  });
  const byKernel: Received = { ...by(9), byKernel: true };
  const ignored = (received: Received): Received => ({ ...received, ignored: true });
  const since = at('10:00:00.000');
  const died = (exitCode: number, ...received: readonly Received[]) =>
    cri('die', DIED, { exitCode, signals: { since, received: [...received] } });
  const told = (die: CriEvent, statements: readonly RecordedEvent[] = ALL) =>
    restartsOf([...statements, ...born, die, ...anew])[0];

  test.each<[title: string, die: CriEvent, cause: Cause, says: RegExp]>([
    [
      'was killed through containerd',
      died(137, by(9, 'runc')),
      'killed-externally',
      /^The container was killed through containerd \(SIGKILL, exit code 137\) without the kubelet asking for it\./,
    ],
    [
      'was stopped, and went along',
      died(0, by(15, 'runc')),
      'stopped-externally',
      /^The container was stopped through containerd \(SIGTERM, exit code 0\) without/,
    ],
    [
      'was stopped, and outlived its grace period, however long',
      died(137, by(3, 'runc', '10:05:00.000'), by(9, 'runc')),
      'stopped-externally',
      /\(SIGQUIT, then SIGKILL when the grace period ran out, exit code 137\)/,
    ],
    [
      'was stopped, and had no ear for it',
      died(137, ignored(by(15, 'runc', '10:09:30.000')), by(9, 'runc')),
      'stopped-externally',
      /\(SIGTERM, then SIGKILL when the grace period ran out, exit code 137\)/,
    ],
    [
      'ended by itself, whatever was tried on it in vain',
      died(3, ignored(by(9, 'sh'))),
      'exited',
      /^The process ended by itself with exit code 3/,
    ],
    [
      'was killed by a program on the node',
      died(137, by(9, 'earlyoom')),
      'killed-externally',
      /^The process was killed \(SIGKILL, exit code 137\) by the program "earlyoom", neither through containerd nor by the kubelet\./,
    ],
    [
      'was killed by a program that the kernel did not name',
      died(137, by(9)),
      'killed-externally',
      /by a program whose name was not kept,/,
    ],
    [
      'was asked to end by a program that may be its own',
      died(143, by(15, 'sh')),
      'unknown',
      /^The process got SIGTERM from the program "sh" and ended with exit code 143 .*a program in the container did/,
    ],
    [
      'was ended by the kernel, which told of no OOM kill',
      died(137, byKernel),
      'unknown',
      /^The kernel itself ended the process with exit code 137/,
    ],
    [
      'chose the code that a kill leaves',
      died(137),
      'exited',
      /^The process ended by itself with exit code 137, which it chose: nobody sent it a signal\./,
    ],
    [
      'ended well by itself',
      died(0),
      'exited',
      /^The process ended by itself with exit code 0 \(success\): nobody sent it a signal\./,
    ],
    [
      'crashed, whatever it was sent long before',
      died(1, by(1, 'runc', '10:01:00.000')),
      'exited',
      /^The process ended by itself with exit code 1/,
    ],
  ])('%s', (_, die, cause, says) => {
    expect(told(die)?.cause).toBe(cause);
    expect(told(die)?.explanation).toMatch(says);
    expect(told(die)?.evidence).toContain(die.id);
  });

  const withoutEvents = watched('pod', 'cri');
  test('was killed by someone else also where the kubelet was not heard, which kills nobody unasked', () => {
    expect(told(died(137, by(9, 'runc')), withoutEvents)?.cause).toBe('killed-externally');
    // What came before a late beginning of the watch may have been its asking.
    const late = { since: at('10:08:00.000'), received: [by(9, 'runc')] };
    expect(told(cri('die', DIED, { exitCode: 137, signals: late }), withoutEvents)?.cause).toBe('unknown');
    // The kubelet asks all of them, also those that have no ear for it.
    const deaf = died(137, ignored(by(15, 'runc', '10:09:30.000')), by(9, 'runc'));
    expect(told(deaf, withoutEvents)?.cause).toBe('unknown');
    expect(told(died(0, by(15, 'runc')), withoutEvents)?.explanation).toMatch(
      /whether the kubelet or someone else asked for it cannot be told/,
    );
  });

  test('did not run out of the node’s memory, where someone else sent the signal', () => {
    const oom = saidOfNode('SystemOOM', '10:10:00', 'System OOM encountered');
    const causeWith = (...received: readonly Received[]) =>
      restartsOf([...ALL, ...born, oom, died(137, ...received), ...anew])[0]?.cause;
    expect(causeWith(by(9, 'runc'))).toBe('killed-externally');
    expect(causeWith(byKernel)).toBe('oom-killed');
  });

  test('was removed by force, and not where it had ended by itself', () => {
    const gone = cri('destroy', '10:10:00.300');
    expect(causeOf(died(137, by(9, 'runc')), gone, ...anew)).toEqual(['removed-externally']);
    expect(causeOf(died(137), gone, ...anew)).toEqual(['exited']);
  });
});

describe('a sandbox of containerd', () => {
  const died = (clock: string) => sandbox('die', clock, { exitCode: 137 });

  test('that its containers outlived was ended by someone else', () => {
    const killing = aKubernetesEvent({
      reason: 'Killing',
      occurredAt: at('10:10:01'),
      container: 'web',
      message: 'Stopping container web',
    });
    const ended = [died('10:10:00.000'), killing, cri('die', '10:10:01.200', { exitCode: 0 })];
    expect(causeOf(...ended, ...inNewSandbox)).toEqual(['sandbox-killed']);
  });

  test('that ended after its containers was stopped by someone else, where the kubelet said nothing', () => {
    const ended = [cri('die', '10:10:00.000', { exitCode: 137 }), died('10:10:00.200')];
    expect(causeOf(...ended, ...inNewSandbox)).toEqual(['sandbox-stopped']);
    const told = reconstruct('lab', POD.uid, [...ALL, ...born, ...ended, ...inNewSandbox]);
    expect(told?.sandboxes[0]?.endedBy).toBe('sandbox-stopped');
  });

  test('that the kubelet gave up was not', () => {
    const killing = aKubernetesEvent({
      reason: 'Killing',
      occurredAt: at('10:09:59'),
      container: 'web',
      message: 'Stopping container web',
    });
    const ended = [killing, cri('die', '10:10:00.000', { exitCode: 137 }), died('10:10:00.200')];
    expect(causeOf(...ended, ...inNewSandbox)).toEqual(['sandbox-changed']);
  });

  test('that was gone before the next one was made was removed by someone else', () => {
    const ended = [
      cri('die', '10:10:00.000', { exitCode: 137 }),
      died('10:10:00.200'),
      cri('destroy', '10:10:00.300'),
      sandbox('destroy', '10:10:00.400'),
    ];
    expect(causeOf(...ended, ...inNewSandbox)).toEqual(['sandbox-removed']);
  });

  test('does not take a container along that had ended long before', () => {
    const ended = [cri('die', '10:08:00.000', { exitCode: 1 }), died('10:10:00.200')];
    expect(causeOf(...ended, ...inNewSandbox)).toEqual(['exited']);
  });
});

/** What is left of each deed to tell, when neither kill nor stop is told. */
const CAUSES: Partial<Record<DeedKind, Cause>> = {
  'exit-0': 'exited',
  'exit-1': 'exited',
  oom: 'oom-killed',
  liveness: 'liveness-failed',
  startup: 'startup-probe-failed',
  'docker-kill': 'unknown',
  'docker-stop': 'exited',
  'docker-rm': 'removed-externally',
  'sandbox-kill': 'sandbox-killed',
  'sandbox-stop': 'sandbox-killed',
  'sandbox-rm': 'sandbox-removed',
};

const deedsOf = (kinds: readonly DeedKind[]) =>
  fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      ranMs: fc.integer({ min: 90_000, max: 900_000 }),
      downMs: fc.integer({ min: 0, max: 9_000 }),
    }),
    { maxLength: 6 },
  );

test('whatever is done to a pod, each restart is found, and its cause as far as containerd tells', () => {
  const kinds = DEED_KINDS.filter((kind) => CAUSES[kind] !== undefined);
  fc.assert(
    fc.property(deedsOf(kinds), (done) => {
      const { events, truth } = tellHistory(done);
      const restarts = restartsOf(byContainerd(events));
      expect(restarts.map(({ cause }) => cause)).toEqual(done.map(({ kind }) => CAUSES[kind]));
      expect(restarts.map(({ counted }) => counted)).toEqual(truth.restarts.map(({ counted }) => counted));
    }),
  );
});

test('whatever is done to a pod, its cause is that of Docker where the kernel tells who sent signals', () => {
  // Nothing on a node with containerd restarts a container in place.
  const kinds = DEED_KINDS.filter((kind) => kind !== 'docker-restart' && kind !== 'sandbox-stop');
  fc.assert(
    fc.property(deedsOf(kinds), (done) => {
      const { events, truth } = tellHistory(done);
      const restarts = restartsOf(byContainerdAndKernel(events));
      expect(restarts.map(({ cause }) => cause)).toEqual(truth.restarts.map(({ cause }) => cause));
    }),
  );
});
