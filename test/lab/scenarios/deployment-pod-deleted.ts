import { aWorkload } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const deploymentPodDeleted: Scenario = {
  name: 'deployment-pod-deleted',
  title: "`kubectl delete pod` of a Deployment's pod",
  manifests: [aWorkload({ kind: 'Deployment', name: 'web' })],
  async act(stage) {
    const { pod } = await stage.running('web');
    stage.did('kubectl delete: the pod of Deployment web');
    await stage.kubectl(['delete', 'pod', pod.metadata.name]);
    stage.replacedBecause(pod, 'deleted');
    await stage.running('web');
  },
};
