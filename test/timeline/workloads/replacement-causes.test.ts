import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { aStatement, watchedFrom } from '../../support/recorded-events.ts';
import {
  accountOf,
  aNodeEvent,
  aPodEvent,
  aReplica,
  at,
  type ToldPod,
  uidOf,
} from '../../support/workload-history.ts';

const OLD = 'web-5d4f8c7b9d-old';
const old = (told: Partial<ToldPod> = {}): ToldPod =>
  aReplica('web', '5d4f8c7b9d', { name: OLD, born: '10:00:00', starts: '10:00:02', ...told });
const next = (told: Partial<ToldPod> = {}): ToldPod =>
  aReplica('web', '5d4f8c7b9d', {
    name: 'web-5d4f8c7b9d-next',
    born: '11:00:00.02',
    starts: '11:00:03',
    ...told,
  });
/** Asked to go at eleven. */
const LEAVES = { leaves: '11:00:00', ends: '11:00:01', gone: '11:00:02' } as const;
const other: ToldPod = old({ name: 'web-5d4f8c7b9d-other', node: 'node2' });

/** What is said of the end of the first pod. */
function endOf(
  pods: readonly ToldPod[],
  more: readonly RecordedEvent[] = [],
  kind = 'Deployment',
  name = 'web',
) {
  const account = accountOf(kind, name, pods, { more });
  const [end] = account.replacements.filter(({ from }) => from === uidOf(pods[0]!));
  return { ...end, named: account.pods.find(({ pod }) => pod.uid === end?.to)?.pod.name ?? null };
}

describe('a pod that another took the place of', () => {
  it.each<[string, Partial<ToldPod>, RecordedEvent[], string, RegExp]>([
    [
      'was deleted, if nothing more is said',
      LEAVES,
      [],
      'deleted',
      /deleted through the API .* as many pods were wanted as before\. \S+-next took its place, 2 s after/,
    ],
    [
      'was evicted by the Eviction API',
      { ...LEAVES, disruption: 'EvictionByEvictionAPI' },
      [],
      'evicted',
      /through the API, as autoscalers/,
    ],
    [
      'was drained, if its node had been cordoned',
      { ...LEAVES, disruption: 'EvictionByEvictionAPI' },
      [aNodeEvent('node1', 'NodeNotSchedulable', '10:59:55')],
      'drained',
      /cordoned/,
    ],
    [
      'was drained, though the kubelet told of the cordon a little later',
      { ...LEAVES, disruption: 'EvictionByEvictionAPI' },
      [aNodeEvent('node1', 'NodeNotSchedulable', '11:00:09')],
      'drained',
      /cordoned/,
    ],
    [
      'was not drained, if its node had been opened again',
      { ...LEAVES, disruption: 'EvictionByEvictionAPI' },
      [
        aNodeEvent('node1', 'NodeNotSchedulable', '10:10:00'),
        aNodeEvent('node1', 'NodeSchedulable', '10:20:00'),
      ],
      'evicted',
      /was not seen/,
    ],
    [
      'was not drained, if another node was cordoned',
      { ...LEAVES, disruption: 'EvictionByEvictionAPI' },
      [aNodeEvent('node2', 'NodeNotSchedulable', '10:59:55')],
      'evicted',
      /was not seen/,
    ],
    [
      'was drained by deletion, as kubectl drain --disable-eviction does',
      LEAVES,
      [aNodeEvent('node1', 'NodeNotSchedulable', '10:59:55')],
      'drained',
      /deleted from a node that had been closed/,
    ],
    [
      'was evicted for want of memory',
      { ends: '11:00:00', phase: 'Failed', reason: 'Evicted', exitCode: 137 },
      [
        aPodEvent(
          old(),
          'Evicted',
          '10:59:58',
          'The node was low on resource: memory. Threshold quantity: 1, available: 0.',
        ),
      ],
      'evicted',
      /its node was low on memory\./,
    ],
    [
      'was evicted, and the node tells for want of what',
      { ends: '11:00:00', phase: 'Failed', reason: 'Evicted' },
      [aNodeEvent('node1', 'EvictionThresholdMet', '10:59:50', 'Attempting to reclaim ephemeral-storage')],
      'evicted',
      /low on ephemeral-storage/,
    ],
    [
      'was evicted for want of something',
      { ends: '11:00:00', phase: 'Failed', reason: 'Evicted' },
      [],
      'evicted',
      /which one was not seen/,
    ],
    [
      'went over its own limit',
      { ends: '11:00:00', phase: 'Failed', reason: 'Evicted' },
      [
        aPodEvent(
          old(),
          'Evicted',
          '10:59:58',
          'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.',
        ),
      ],
      'evicted',
      /used more than its limit of ephemeral storage/,
    ],
    [
      'was preempted by the scheduler',
      { ...LEAVES, disruption: 'PreemptionByScheduler' },
      [aPodEvent(old(), 'Preempted', '11:00:00', 'Preempted by pod 4a1c on node node1')],
      'preempted',
      /room for a pod of higher priority \(4a1c\)/,
    ],
    [
      'was preempted by the kubelet',
      { ends: '11:00:00', phase: 'Failed', reason: 'Preempting' },
      [],
      'preempted',
      /room for a critical pod/,
    ],
    [
      'was ended with its node, which shut down',
      { ends: '11:00:00', phase: 'Failed', reason: 'Terminated' },
      [],
      'node-lost',
      /shut down in good order/,
    ],
    [
      'was removed after its node',
      { ...LEAVES, disruption: 'DeletionByPodGC' },
      [],
      'node-lost',
      /no longer in the cluster/,
    ],
    [
      'was given up with its node, which was not ready',
      { ...LEAVES, disruption: 'DeletionByTaintManager' },
      [aNodeEvent('node1', 'NodeNotReady', '10:54:00')],
      'node-lost',
      /lost \(not ready or unreachable\)/,
    ],
    [
      'was evicted by a taint that somebody set',
      { ...LEAVES, disruption: 'DeletionByTaintManager' },
      [],
      'evicted',
      /NoExecute taint/,
    ],
    [
      'of an old cluster was given up with its node',
      { ...LEAVES, old: true },
      [aPodEvent(old(), 'NodeControllerEviction', '10:59:59')],
      'node-lost',
      /lost/,
    ],
    [
      'of an old cluster was evicted by a taint, as the Event says',
      { ...LEAVES, old: true },
      [aPodEvent(old(), 'TaintManagerEviction', '10:59:59', `Marking for deletion Pod shop/${OLD}`)],
      'evicted',
      /NoExecute taint/,
    ],
    [
      'was not evicted by a taint that was taken back',
      LEAVES,
      [aPodEvent(old(), 'TaintManagerEviction', '10:30:00', `Cancelling deletion of Pod shop/${OLD}`)],
      'deleted',
      /deleted through the API/,
    ],
    [
      'of an old cluster may have been evicted as well',
      { ...LEAVES, old: true },
      [],
      'deleted',
      /Before Kubernetes 1\.26 an eviction .* looks the same/,
    ],
    [
      'failed',
      { ends: '11:00:00', phase: 'Failed', exitCode: 3 },
      [],
      'completed',
      /by itself and failed \(exit code 3\)/,
    ],
    [
      'ran longer than it might',
      { ends: '11:00:00', phase: 'Failed', reason: 'DeadlineExceeded' },
      [],
      'completed',
      /longer than its deadline/,
    ],
  ])('%s', (_, told, more, cause, explanation) => {
    const end = endOf([old(told), next()], more);
    expect(end).toMatchObject({ cause, named: 'web-5d4f8c7b9d-next' });
    expect(end.explanation).toMatch(explanation);
  });

  it('was refused by the kubelet, if it never ran', () => {
    const { starts: _, ...refused } = old({
      born: '10:59:58',
      ends: '11:00:00',
      phase: 'Failed',
      reason: 'OutOfcpu',
    });
    expect(endOf([refused, next()])).toMatchObject({
      cause: 'rejected',
      explanation: expect.stringMatching(/would not run the pod \(OutOfcpu\)/),
      downtimeMs: null,
    });
  });

  it('ended for one of three reasons, if the kubelet did not say which', () => {
    expect(endOf([old({ ...LEAVES, disruption: 'TerminationByKubelet' }), next()])).toMatchObject({
      cause: 'unknown',
      explanation: expect.stringContaining('status.reason would have told'),
    });
  });

  it('went for a reason that cannot be told, if Events were not watched as it was evicted by a taint', () => {
    const statements = watchedFrom('2026-02-28T00:00:00.000Z').filter(({ watched }) => watched !== 'event');
    const account = accountOf(
      'Deployment',
      'web',
      [old({ ...LEAVES, disruption: 'DeletionByTaintManager' }), next()],
      {
        statements,
      },
    );
    expect(account.replacements[0]).toMatchObject({
      cause: 'unknown',
      explanation: expect.stringContaining('Events were not watched'),
    });
  });
});

describe('a rollout', () => {
  const replicas = (hash: string, image: string, told: readonly Partial<ToldPod>[]) =>
    told.map((one, index) =>
      aReplica('web', hash, {
        name: `web-${hash}-${index}`,
        image,
        born: '10:00:00',
        starts: '10:00:02',
        ...one,
      }),
    );
  const before = replicas('aaa', 'web:1', [
    { leaves: '11:00:10', ends: '11:00:12', gone: '11:00:12' },
    { leaves: '11:00:20', ends: '11:00:22', gone: '11:00:22' },
  ]);
  const after = replicas('bbb', 'web:2', [
    { born: '11:00:00', starts: '11:00:05' },
    { born: '11:00:10.5', starts: '11:00:15' },
  ]);

  it('joins each old pod to one new pod, and says from which revision and image to which', () => {
    const { replacements, rollouts, summary } = accountOf('Deployment', 'web', [...before, ...after]);
    expect(replacements.map(({ from, to, cause }) => [from, to, cause])).toEqual([
      ['uid-web-aaa-0', 'uid-web-bbb-0', 'rollout'],
      ['uid-web-aaa-1', 'uid-web-bbb-1', 'rollout'],
    ]);
    expect(replacements[0]?.explanation).toContain('revision aaa gave way to bbb (web: web:1 to web:2)');
    expect(rollouts).toEqual([
      {
        at: at('11:00:00'),
        from: 'aaa',
        to: 'bbb',
        images: [{ container: 'web', from: 'web:1', to: 'web:2' }],
      },
    ]);
    expect(summary).toMatchObject({ total: 2, replacements: 2, replacementsByCause: { rollout: 2 } });
  });

  it('with the same images says so', () => {
    const again = replicas('bbb', 'web:1', [{ born: '11:00:00' }, { born: '11:00:10.5' }]);
    const { replacements, rollouts } = accountOf('Deployment', 'web', [...before, ...again]);
    expect(replacements[0]?.explanation).toContain('something else of the pod template changed');
    expect(rollouts[0]?.images).toEqual([]);
  });

  it('that waits until the old pods are gone (Recreate) is one too', () => {
    const gone = replicas('aaa', 'web:1', [
      { leaves: '11:00:00', ends: '11:00:29', gone: '11:00:30' },
      { leaves: '11:00:00.1', ends: '11:00:29', gone: '11:00:31' },
    ]);
    const made = replicas('bbb', 'web:2', [
      { born: '11:00:31.1', starts: '11:00:35' },
      { born: '11:00:31.2', starts: '11:00:35' },
    ]);
    const { replacements } = accountOf('Deployment', 'web', [...gone, ...made]);
    expect(replacements.map(({ cause, downtimeMs }) => [cause, downtimeMs])).toEqual([
      ['rollout', 6_000],
      ['rollout', 6_000],
    ]);
  });

  it('is not what ended a pod that was evicted in the middle of it, and whose ReplicaSet made it up', () => {
    const evicted = replicas('bbb', 'web:2', [
      {
        born: '11:00:00',
        starts: '11:00:05',
        leaves: '11:00:15',
        ends: '11:00:16',
        gone: '11:00:17',
        disruption: 'EvictionByEvictionAPI',
      },
      { born: '11:00:10.5', starts: '11:00:15' },
      { born: '11:00:15.1', starts: '11:00:18' },
    ]);
    const { replacements, rollouts } = accountOf('Deployment', 'web', [...before, ...evicted]);
    expect(replacements.map(({ from, to, cause }) => [from, to, cause])).toEqual([
      ['uid-web-aaa-0', 'uid-web-bbb-0', 'rollout'],
      ['uid-web-bbb-0', 'uid-web-bbb-2', 'evicted'],
      ['uid-web-aaa-1', 'uid-web-bbb-1', 'rollout'],
    ]);
    expect(rollouts).toHaveLength(1);
  });

  it('that is given up takes away what it had begun', () => {
    const tried = replicas('bbb', 'web:2', [{ born: '11:00:00', leaves: '11:05:00', gone: '11:05:01' }]);
    const stayed = replicas('aaa', 'web:1', [{}, {}]);
    const { replacements, rollouts } = accountOf('Deployment', 'web', [...stayed, ...tried]);
    expect(replacements).toMatchObject([{ from: 'uid-web-bbb-0', to: null, cause: 'rollout' }]);
    expect(rollouts.map(({ to }) => to)).toEqual(['bbb']);
  });

  it('of a StatefulSet or DaemonSet is told by its revision, place by place', () => {
    const owner = { kind: 'StatefulSet', name: 'db', uid: 'sts' };
    const told = (uid: string, revision: string, times: Partial<ToldPod>): ToldPod => ({
      name: 'db-0',
      uid,
      owner,
      labels: { 'controller-revision-hash': revision },
      born: '10:00:00',
      starts: '10:00:01',
      ...times,
    });
    const { replacements } = accountOf('StatefulSet', 'db', [
      told('first', 'db-1', LEAVES),
      told('second', 'db-2', { born: '11:00:02.1', starts: '11:00:05' }),
    ]);
    expect(replacements).toMatchObject([
      { from: 'first', to: 'second', cause: 'rollout', downtimeMs: 4_000 },
    ]);
  });
});

describe('a pod in whose place none came', () => {
  it('was one too many, while others of its ReplicaSet stayed', () => {
    expect(endOf([old(LEAVES), other])).toMatchObject({
      cause: 'scaled',
      to: null,
      explanation: expect.stringMatching(/Fewer pods were wanted.*its ReplicaSet.*No pod took its place\./),
    });
  });

  it('may have gone with its workload, if none stayed', () => {
    expect(endOf([old(LEAVES)])).toMatchObject({
      cause: 'unknown',
      to: null,
      explanation: expect.stringMatching(
        /scaled to nothing or deleted cannot be told; a later pod of the same ReplicaSet/,
      ),
    });
  });

  it('went for reasons that cannot be told, if the others went with it', () => {
    const all = [old(LEAVES), { ...other, leaves: '11:00:00.3', gone: '11:00:02' }];
    const { replacements } = accountOf('Deployment', 'web', all);
    expect(replacements.map(({ cause }) => cause)).toEqual(['unknown', 'unknown']);
  });

  it('was scaled away, if its ReplicaSet made another later', () => {
    expect(endOf([old(LEAVES), next({ born: '12:00:00', starts: '12:00:02' })])).toMatchObject({
      cause: 'scaled',
      named: 'web-5d4f8c7b9d-next',
      downtimeMs: null,
      explanation: expect.stringMatching(/-next came 1 h later\./),
    });
  });

  it('went with its Deployment, if another ReplicaSet of the same template came', () => {
    const anew = next({ born: '12:00:00', starts: '12:00:02' });
    expect(endOf([old(LEAVES), { ...anew, owner: { ...anew.owner!, uid: 'another' } }])).toMatchObject({
      cause: 'deleted',
      explanation: expect.stringContaining('deleted and made anew'),
    });
  });

  it('is not judged by a silence that was not watched', () => {
    const gap = aStatement({
      type: 'gap-closed',
      watched: 'pod',
      sequence: 9,
      from: at('11:00:00.5'),
      to: at('11:30:00'),
      reason: 'agent-restarted',
    });
    const { replacements } = accountOf('Deployment', 'web', [old(LEAVES), other], {
      statements: [...watchedFrom('2026-02-28T00:00:00.000Z'), gap],
    });
    expect(replacements[0]).toMatchObject({
      cause: 'unknown',
      explanation: expect.stringContaining('was not watched'),
    });
  });

  it('is not judged before another could have come', () => {
    const { replacements } = accountOf('Deployment', 'web', [old({ leaves: '11:00:00' }), other], {
      readAt: at('11:00:01'),
    });
    expect(replacements[0]).toMatchObject({
      cause: 'unknown',
      explanation: expect.stringContaining('not yet heard'),
    });
  });

  it('was not seen to end, if it was only found to be missing', () => {
    expect(endOf([old({ gone: '11:00:00', vanishes: true }), other])).toMatchObject({
      at: null,
      cause: 'unknown',
      explanation: expect.stringContaining('went while pods were not watched'),
    });
  });
});

describe('whose place a pod can take', () => {
  const ofJob = (name: string, times: Partial<ToldPod>, job = 'task'): ToldPod => ({
    name,
    owner: { kind: 'Job', name: job, uid: `job-${job}` },
    born: '10:00:00',
    starts: '10:00:01',
    ...times,
  });
  const ofNode = (name: string, node: string, times: Partial<ToldPod> = {}): ToldPod => ({
    name,
    node,
    owner: { kind: 'DaemonSet', name: 'agent', uid: 'ds' },
    labels: { 'controller-revision-hash': 'one' },
    born: '10:00:00',
    starts: '10:00:01',
    ...times,
  });

  it('is, in a Job, that of one that failed, after the back-off, but not that of one that succeeded', () => {
    const { replacements } = accountOf('Job', 'task', [
      ofJob('task-a', { ends: '10:01:00', phase: 'Failed', exitCode: 1 }),
      ofJob('task-b', { ends: '10:01:05', phase: 'Succeeded' }),
      ofJob('task-c', { born: '10:01:05.1', starts: '10:01:06' }),
      ofJob('task-d', { born: '10:01:10', starts: '10:01:12' }),
    ]);
    expect(replacements).toMatchObject([
      { from: 'uid-task-a', to: 'uid-task-d', cause: 'completed', downtimeMs: 12_000 },
      { from: 'uid-task-b', to: null, cause: 'completed' },
    ]);
  });

  it('is, in a CronJob, never that of a pod of another of its Jobs', () => {
    const { replacements } = accountOf('CronJob', 'backup', [
      ofJob('backup-29384760-a', { ends: '10:01:00', phase: 'Failed' }, 'backup-29384760'),
      ofJob(
        'backup-29384820-b',
        { born: '11:00:00', ends: '11:01:00', phase: 'Succeeded' },
        'backup-29384820',
      ),
    ]);
    expect(replacements.map(({ to, cause }) => [to, cause])).toEqual([
      [null, 'completed'],
      [null, 'completed'],
    ]);
  });

  it('is, in a DaemonSet, that of the pod of the same node', () => {
    const { replacements } = accountOf('DaemonSet', 'agent', [
      ofNode('agent-a', 'node1', LEAVES),
      ofNode('agent-b', 'node2', { ...LEAVES, leaves: '11:00:00.5' }),
      ofNode('agent-c', 'node2', { born: '11:00:02.1', starts: '11:00:03' }),
      ofNode('agent-d', 'node1', { born: '11:00:02.2', starts: '11:00:04' }),
    ]);
    expect(replacements.map(({ from, to, cause }) => [from, to, cause])).toEqual([
      ['uid-agent-a', 'uid-agent-d', 'deleted'],
      ['uid-agent-b', 'uid-agent-c', 'deleted'],
    ]);
  });

  it('is, of a DaemonSet’s node that went away, nobody’s', () => {
    const pods = [ofNode('agent-a', 'node1', LEAVES), ofNode('agent-b', 'node2')];
    expect(
      endOf(pods, [aNodeEvent('node1', 'RemovingNode', '10:59:00')], 'DaemonSet', 'agent'),
    ).toMatchObject({
      cause: 'node-lost',
      to: null,
    });
    expect(endOf(pods, [], 'DaemonSet', 'agent')).toMatchObject({ cause: 'scaled', to: null });
  });

  it('waits, in a StatefulSet, for the pods before it: that is no scaling', () => {
    const told = (name: string, uid: string, times: Partial<ToldPod>): ToldPod => ({
      name,
      uid,
      owner: { kind: 'StatefulSet', name: 'db', uid: 'sts' },
      born: '10:00:00',
      starts: '10:00:01',
      ...times,
    });
    const { replacements } = accountOf('StatefulSet', 'db', [
      told('db-0', 'zero', LEAVES),
      told('db-1', 'one', LEAVES),
      told('db-0', 'zero again', { born: '11:00:02.1', starts: '11:02:00' }),
      told('db-1', 'one again', { born: '11:02:00.1', starts: '11:03:00' }),
      told('db-2', 'two', LEAVES),
      told('db-2', 'two again', { born: '12:00:00', starts: '12:00:01' }),
    ]);
    expect(Object.fromEntries(replacements.map(({ from, to, cause }) => [from, [to, cause]]))).toEqual({
      zero: ['zero again', 'deleted'],
      one: ['one again', 'deleted'],
      two: ['two again', 'scaled'],
    });
  });

  it('is that of a bare pod of the same name, made anew by hand', () => {
    const bare = (uid: string, times: Partial<ToldPod>): ToldPod => ({
      name: 'shell',
      uid,
      born: '10:00:00',
      starts: '10:00:01',
      ...times,
    });
    const { replacements } = accountOf('Pod', 'shell', [
      bare('first', LEAVES),
      bare('second', { born: '11:30:00', starts: '11:30:01' }),
    ]);
    expect(replacements).toMatchObject([
      {
        from: 'first',
        to: 'second',
        cause: 'deleted',
        explanation: expect.stringContaining('no controller looks after it'),
      },
    ]);
  });

  it('is not that of a pod that had come before, in the same second', () => {
    const { replacements } = accountOf('Deployment', 'web', [
      old({
        born: '11:00:00.1',
        starts: '11:00:00.3',
        leaves: '11:00:00.5',
        ends: '11:00:01',
        gone: '11:00:01',
      }),
      next({ name: 'before', born: '11:00:00.2' }),
      next({ name: 'after', born: '11:00:00.6' }),
    ]);
    expect(replacements).toMatchObject([{ to: 'uid-after', cause: 'deleted' }]);
  });
});
