import { images } from '../settings.ts';
import { aWorkload } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const deploymentRollout: Scenario = {
  name: 'deployment-rollout',
  title: '`kubectl set image` on a Deployment',
  manifests: [aWorkload({ kind: 'Deployment', name: 'web' })],
  async act(stage) {
    const { pod } = await stage.running('web');
    stage.did('kubectl set image: Deployment web');
    await stage.kubectl(['set', 'image', 'deployment/web', `app=${images.otherApp}`]);
    stage.replacedBecause(pod, 'rollout');
    await stage.until('the old pod is gone', () =>
      stage.kubernetes.living.every(({ metadata }) => metadata.uid !== pod.metadata.uid),
    );
    await stage.running('web');
  },
};
