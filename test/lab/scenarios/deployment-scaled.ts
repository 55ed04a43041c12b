import { aWorkload } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const deploymentScaled: Scenario = {
  name: 'deployment-scaled',
  title: 'A Deployment is scaled to 0 and back to 1',
  manifests: [aWorkload({ kind: 'Deployment', name: 'web' })],
  async act(stage) {
    const { pod } = await stage.running('web');
    stage.did('kubectl scale: Deployment web to 0');
    await stage.kubectl(['scale', 'deployment/web', '--replicas=0']);
    stage.replacedBecause(pod, 'scaled');
    await stage.until('the pod is gone', () => stage.kubernetes.living.length === 0);
    stage.did('kubectl scale: Deployment web to 1');
    await stage.kubectl(['scale', 'deployment/web', '--replicas=1']);
    await stage.running('web');
  },
};
