import { describe, expect, test } from 'vitest';
import { messageOf } from '../../../agent/trim/kubernetes-event.ts';

describe('an Event message leaves only as far as the allow-list has its form', () => {
  test.each<[reason: string, message: string, kept: string | undefined]>([
    ['Killing', 'Stopping container web', 'Stopping container web'],
    [
      'Killing',
      'Container web failed liveness probe, will be restarted',
      'Container web failed liveness probe, will be restarted',
    ],
    ['Killing', 'Container web failed startup probe', 'Container web failed startup probe'],
    [
      'Killing',
      'Container web definition changed, will be restarted',
      'Container web definition changed, will be restarted',
    ],
    ['Killing', 'Container web resize requires restart', 'Container web resize requires restart'],
    [
      'Killing',
      'Killing container with id docker://web:Container failed liveness probe.. Container will be killed and recreated.',
      'Killing container with id docker://web:Container failed liveness probe.. Container will be killed and recreated.',
    ],
    [
      'Killing',
      'Killing container with id docker://web:--password=hunter2',
      'Killing container with id docker://web',
    ],
    ['Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500', 'Liveness probe failed'],
    ['Unhealthy', 'Readiness probe failed: login hunter2 refused', 'Readiness probe failed'],
    ['Unhealthy', 'Startup probe errored and resulted in unknown state: hunter2', 'Startup probe errored'],
    [
      'FailedPostStartHook',
      'Exec lifecycle hook ([/bin/sh -c curl -u admin:hunter2]) for Container "web" in Pod "web-0" failed',
      'Exec lifecycle hook',
    ],
    ['FailedPreStopHook', 'PreStopHook failed', 'PreStopHook failed'],
    [
      'BackOff',
      'Back-off restarting failed container web in pod web-0_shop(36253f3c-4ed5)',
      'Back-off restarting failed container web in pod web-0_shop(36253f3c-4ed5)',
    ],
    ['BackOff', 'Back-off pulling image "web:1"', 'Back-off pulling image "web:1"'],
    ['Failed', 'Error: secret "db-password" not found', 'Error'],
    ['Failed', 'Error: ImagePullBackOff', 'Error: ImagePullBackOff'],
    ['Failed', 'Failed to pull image "web:1": unauthorized: hunter2', 'Failed to pull image "web:1"'],
    [
      'SandboxChanged',
      'Pod sandbox changed, it will be killed and re-created.',
      'Pod sandbox changed, it will be killed and re-created.',
    ],
    [
      'Evicted',
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 93Mi. Container web was using hunter2',
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 93Mi.',
    ],
    ['Evicted', 'The node had condition: [DiskPressure]. ', 'The node had condition: [DiskPressure].'],
    [
      'Evicted',
      'Usage of EmptyDir volume "secret-cache" exceeds the limit "1Gi". ',
      'Usage of EmptyDir volume',
    ],
    [
      'OOMKilling',
      'Memory cgroup out of memory: Killed process 4711 (hunter2) total-vm:1kB',
      'Memory cgroup out of memory: Killed process 4711',
    ],
    ['SystemOOM', 'System OOM encountered, victim process: hunter2, pid: 1', 'System OOM encountered'],
    [
      'Rebooted',
      'Node node1 has been rebooted, boot id: 0c2e-11',
      'Node node1 has been rebooted, boot id: 0c2e-11',
    ],
    ['NodeNotReady', 'Node node1 status is now: NodeNotReady', 'Node node1 status is now: NodeNotReady'],
    ['NodeNotReady', 'Node is not ready', 'Node is not ready'],
    ['Starting', 'Starting kubelet.', 'Starting kubelet.'],
    ['TaintManagerEviction', 'Marking for deletion Pod shop/web-0', 'Marking for deletion Pod shop/web-0'],
    ['Preempted', 'Preempted by pod 36253f3c on node node1', 'Preempted by pod 36253f3c on node node1'],
    ['Scheduled', 'Successfully assigned shop/web-0 to node1', 'Successfully assigned shop/web-0 to node1'],
    ['Created', 'Created container: web', 'Created container: web'],
    ['Started', 'Started container web', 'Started container web'],
    [
      'Pulled',
      'Successfully pulled image "r.example/web:1" in 1.2s (3.456s including waiting). Image size: 1 bytes.',
      'Successfully pulled image "r.example/web:1" in 1.2s (3.456s including waiting)',
    ],
    ['FailedScheduling', '0/3 nodes are available: 3 Insufficient memory.', '0/3 nodes are available'],
    [
      'FailedScheduling',
      '0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 hunter2',
      '0/1 nodes are available: 1 node(s) were unschedulable',
    ],
    ['ResizeCompleted', 'Pod resize completed: {"containers":[{"name":"web"}]}', 'Pod resize completed'],
    [
      'Unhealthy',
      '(combined from similar events): Liveness probe failed: hunter2',
      '(combined from similar events): Liveness probe failed',
    ],
    [
      'Killing',
      '(combined from similar events): Container web failed liveness probe, will be restarted',
      '(combined from similar events): Container web failed liveness probe, will be restarted',
    ],
    ['Killing', '(combined from similar events): hunter2', undefined],
    ['Killing', '(combined from similar events): (combined from similar events): hunter2', undefined],
    ['Killing', 'hunter2 (combined from similar events): Stopping container web', undefined],
    ['FailedMount', 'MountVolume.SetUp failed for volume "secret-volume"', undefined],
    ['SomethingElse', 'hunter2', undefined],
    ['Killing', 'hunter2', undefined],
    ['constructor', 'hunter2', undefined],
  ])('%s: %s', (reason, message, kept) => {
    expect(messageOf(reason, message)).toBe(kept);
  });

  test('a message that is no text is none', () => {
    expect(messageOf('Killing', { text: 'Stopping container web' })).toBeUndefined();
  });
});
