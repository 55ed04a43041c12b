import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Candidate, LEASE, pass, untilAborted } from '../../support/election-rig.ts';
import type { FakeKubernetes } from '../../support/fake-kubernetes/fake-kubernetes.ts';
import { aKubernetes } from '../../support/list-watch-rig.ts';
import { until } from '../../support/until.ts';

const leaseOf = (kubernetes: FakeKubernetes) => kubernetes.get('leases', LEASE.namespace, LEASE.name);
const specOf = (kubernetes: FakeKubernetes) => leaseOf(kubernetes)['spec'] as Record<string, unknown>;

/** As the chart makes it. */
function emptyLease(kubernetes: FakeKubernetes): void {
  kubernetes.put({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...LEASE, uid: 'lease-uid', labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
  });
}

async function aPair(skewMs = 0) {
  const kubernetes = await aKubernetes();
  emptyLease(kubernetes);
  const first = await Candidate.start(kubernetes, 'first');
  const second = await Candidate.start(kubernetes, 'second', { wallMs: skewMs });
  return { kubernetes, first, second };
}

/** How long it takes, in milliseconds, until the candidate leads; undefined if it does not in two minutes. */
async function timeToLead(candidate: Candidate, running: readonly Candidate[]): Promise<number | undefined> {
  let tookMs: number | undefined;
  await pass(running, 120_000, (passedMs) => {
    if (candidate.isLeading) tookMs ??= passedMs;
  });
  return tookMs;
}

describe('an election', () => {
  test('is won by who finds no lease, and makes one', async () => {
    const kubernetes = await aKubernetes();
    const candidate = await Candidate.start(kubernetes, 'first');

    expect(candidate.isLeading).toBe(true);
    expect(specOf(kubernetes)).toEqual({
      holderIdentity: 'first',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-31T08:00:00.000000Z',
      renewTime: '2026-01-31T08:00:00.000000Z',
      leaseTransitions: 0,
    });
  });

  test('is won by who finds a lease that nobody holds, whose other content stays', async () => {
    const kubernetes = await aKubernetes();
    emptyLease(kubernetes);
    const candidate = await Candidate.start(kubernetes, 'first');

    expect(candidate.told).toEqual([
      { what: 'leading-began', lease: 'podlapse/agent-leader', identity: 'first' },
    ]);
    expect(specOf(kubernetes)).toMatchObject({ holderIdentity: 'first', leaseTransitions: 1 });
    expect(leaseOf(kubernetes).metadata).toMatchObject({
      uid: 'lease-uid',
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
    });
  });

  test('has one winner, and the other says whom it follows', async () => {
    const { kubernetes, first, second } = await aPair();
    await pass([first, second], 120_000, () => {
      expect([first.isLeading, second.isLeading]).toEqual([true, false]);
    });

    expect(second.told).toEqual([{ what: 'following', lease: 'podlapse/agent-leader', leader: 'first' }]);
    expect(specOf(kubernetes)).toMatchObject({
      acquireTime: '2026-01-31T08:00:00.000000Z',
      renewTime: '2026-01-31T08:02:00.000000Z',
      leaseTransitions: 1,
    });
  });

  test('costs a leader one write in two seconds, and no read', async () => {
    const { kubernetes, first } = await aPair();
    const before = kubernetes.requests.length;
    await pass([first], 20_000);

    expect(kubernetes.requests.slice(before).map(({ verb }) => verb)).toEqual(Array(10).fill('update'));
  });

  test.each([0, 3_600_000, -3_600_000])(
    'is won again when the leader is killed: not within its lease, and soon after; clocks %i ms apart',
    async (skewMs) => {
      const { kubernetes, first, second } = await aPair(skewMs);
      await pass([first, second], 10_000);
      // Its clock stands still: a killed process.
      const tookMs = await timeToLead(second, [second]);

      // The last sign of life can be a retry period older than the kill, and is seen by up to two retries later.
      expect(tookMs).toBeGreaterThanOrEqual(13_000);
      expect(tookMs).toBeLessThanOrEqual(15_000 + 2 * 4_400);
      expect(specOf(kubernetes)).toMatchObject({ holderIdentity: 'second', leaseTransitions: 2 });
    },
  );

  test('a leader that wakes up after it was replaced stops at its next look', async () => {
    const { first, second } = await aPair();
    expect(await timeToLead(second, [second])).toBeDefined();
    await pass([first], 2_000);

    expect([first.isLeading, second.isLeading]).toEqual([false, true]);
    expect(first.told).toContainEqual(
      expect.objectContaining({ what: 'leading-ended', why: 'second holds the lease' }),
    );
  });

  test('a leader that is stopped ends its work, then gives the lease up; the other does not wait', async () => {
    const kubernetes = await aKubernetes();
    emptyLease(kubernetes);
    let holderAtTheEnd: unknown;
    const first = await Candidate.start(kubernetes, 'first', {
      async lead(signal) {
        await untilAborted(signal);
        holderAtTheEnd = specOf(kubernetes)['holderIdentity'];
      },
    });
    const second = await Candidate.start(kubernetes, 'second');
    first.stop();
    await first.ended;

    expect(holderAtTheEnd).toBe('first');
    expect(specOf(kubernetes)).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(await timeToLead(second, [second])).toBeLessThanOrEqual(4_400);
  });

  test('a leader that cannot renew stops before another may lead, and comes back when it can', async () => {
    const { first, second } = await aPair();
    await pass([first, second], 4_000);
    first.cutOff(true);
    let [stoppedMs, ledMs] = [0, 0];
    await pass([first, second], 60_000, (passedMs) => {
      expect(first.isLeading && second.isLeading).toBe(false);
      if (!first.isLeading) stoppedMs ||= passedMs;
      if (second.isLeading) ledMs ||= passedMs;
    });

    expect(stoppedMs).toBeLessThanOrEqual(10_000);
    expect(ledMs).toBeGreaterThan(stoppedMs);
    expect(first.told).toContainEqual(
      expect.objectContaining({
        what: 'leading-ended',
        why: 'the lease could not be renewed for 10 s',
      }),
    );
    second.stop();
    await second.ended;
    first.cutOff(false);
    expect(await timeToLead(first, [first])).toBeLessThanOrEqual(4_400);
  });

  test('a leader whose requests are never answered stops in time', async () => {
    const kubernetes = await aKubernetes();
    const leader = await Candidate.start(kubernetes, 'first');
    kubernetes.failNext({ status: 'hang', times: 100 });
    for (let passedMs = 0; passedMs < 10_000; passedMs += 250) {
      expect(leader.isLeading).toBe(true);
      leader.clock.advance(250);
      await new Promise(setImmediate);
    }

    await until('it stops', () => !leader.isLeading);
    expect(leader.reigns).toEqual([{ fromMs: expect.any(Number), toMs: leader.clock.now() }]);
  });

  test('goes on over single failures', async () => {
    const { kubernetes, first, second } = await aPair();
    // A kept connection that is cut just then is no failure: the request is sent once more.
    for (const status of [500, 503, 429, 'reset'] as const) {
      kubernetes.failNext({ status, verb: 'update' });
      await pass([first, second], 6_000, () => expect(first.isLeading).toBe(true));
    }

    expect(first.reigns).toHaveLength(1);
    expect(first.told.filter(({ what }) => what === 'election-failed')).toHaveLength(3);
  });

  test('goes on when somebody else writes to the lease, and leaves in it what they wrote', async () => {
    const { kubernetes, first } = await aPair();
    kubernetes.update('leases', LEASE.namespace, LEASE.name, (lease) => ({
      ...lease,
      metadata: { ...lease.metadata, annotations: { note: 'of a person' } },
    }));
    await pass([first], 6_000, () => expect(first.isLeading).toBe(true));

    expect(leaseOf(kubernetes).metadata).toMatchObject({ annotations: { note: 'of a person' } });
    expect(specOf(kubernetes)).toMatchObject({ renewTime: '2026-01-31T08:00:06.000000Z' });
  });

  test('ends at once for a leader whose lease was given to another by hand', async () => {
    const { kubernetes, first } = await aPair();
    kubernetes.update('leases', LEASE.namespace, LEASE.name, (lease) => ({
      ...lease,
      spec: { ...(lease['spec'] as object), holderIdentity: 'somebody' },
    }));
    await pass([first], 4_000);

    expect(first.isLeading).toBe(false);
    expect(first.told.map(({ what }) => what)).toEqual(['leading-began', 'leading-ended', 'following']);
  });

  test.each([
    ['holder', { holderIdentity: 7 }],
    ['duration', { holderIdentity: 'gone', leaseDurationSeconds: 1e9, renewTime: 'never' }],
    ['duration', { holderIdentity: 'gone', leaseDurationSeconds: -1, leaseTransitions: 'many' }],
  ])('is not held up by a lease with an odd %s', async (_, spec) => {
    const kubernetes = await aKubernetes();
    emptyLease(kubernetes);
    kubernetes.update('leases', LEASE.namespace, LEASE.name, (lease) => ({ ...lease, spec }));
    const candidate = await Candidate.start(kubernetes, 'first');

    expect((await timeToLead(candidate, [candidate])) ?? 0).toBeLessThanOrEqual(20_000);
    expect(candidate.isLeading).toBe(true);
  });

  test('that may not be held is told once, tried again, and won when it may', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.forbid('leases');
    const candidate = await Candidate.start(kubernetes, 'first');
    await pass([candidate], 30_000);
    expect(candidate.told.filter((one) => one.what === 'election-failed' && one.isNews)).toHaveLength(1);

    kubernetes.allow();
    expect(await timeToLead(candidate, [candidate])).toBeLessThanOrEqual(4_400);
  });

  test('is over for a leader whose work fails: it gives way and passes the failure on', async () => {
    const kubernetes = await aKubernetes();
    const failing = await Candidate.start(kubernetes, 'first', {
      lead: () => Promise.reject(new Error('a fault')),
    });

    await expect(failing.ended).rejects.toThrow('a fault');
    expect(specOf(kubernetes)).toMatchObject({ holderIdentity: '' });
  });

  test('never has two leaders, whoever is cut off from the API server and when', {
    timeout: 60_000,
  }, async () => {
    const change = fc.record({
      who: fc.nat(2),
      isCutOff: fc.boolean(),
      forMs: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const kubernetes = await aKubernetes();
        const candidates = await Promise.all(
          ['a', 'b', 'c'].map((identity, index) =>
            Candidate.start(kubernetes, identity, { wallMs: index * 1e7, random: index / 3 }),
          ),
        );
        for (const { who, isCutOff, forMs } of changes) {
          candidates[who]?.cutOff(isCutOff);
          await pass(candidates, forMs * 500, () => {
            expect(candidates.filter(({ isLeading }) => isLeading).length).toBeLessThanOrEqual(1);
          });
        }
        for (const candidate of candidates) candidate.cutOff(false);
        await pass(candidates, 40_000);
        expect(candidates.filter(({ isLeading }) => isLeading)).toHaveLength(1);
        for (const candidate of candidates) candidate.stop();
        await Promise.all(candidates.map(({ ended }) => ended));
      }),
      { numRuns: 12 },
    );
  });
});
