import { kubectl } from '../kubectl.ts';
import { aContainer, aPod, aWorkload } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

const CLASS = 'podlapse-urgent';
/** More than half of what a node of two cores has; as a share it would have to be asked for. */
const containers = [aContainer({ resources: { requests: { cpu: '1100m' } } })];

export const preemption: Scenario = {
  name: 'preemption',
  title: "A Deployment's pod is preempted by a pod of higher priority",
  alone: true,
  manifests: [aWorkload({ kind: 'Deployment', name: 'web', pod: { containers } })],
  async act(stage) {
    const { pod } = await stage.running('web');
    const priority = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: CLASS },
      value: 1_000,
    };
    await kubectl(stage.lab, ['create', '-f', '-'], JSON.stringify(priority));
    stage.did('kubectl create: Pod urgent, of higher priority, for which there is no room');
    const urgent = aPod({ name: 'urgent', priorityClassName: CLASS, containers });
    await stage.kubectl(['create', '-f', '-'], JSON.stringify(urgent));
    stage.replacedBecause(pod, 'preempted');
    await stage.running('urgent');
  },
  async clear(stage) {
    await kubectl(stage.lab, ['delete', 'priorityclass', CLASS, '--ignore-not-found']);
  },
};
