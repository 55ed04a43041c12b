import { images } from '../settings.ts';
import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const imageChange: Scenario = {
  name: 'image-change',
  title: '`kubectl set image` on a pod',
  manifests: [aPod()],
  async act(stage) {
    const app = await stage.running();
    stage.did('kubectl set image: container app of pod pod');
    await stage.kubectl(['set', 'image', 'pod/pod', `app=${images.otherApp}`]);
    await stage.restarted(app, { cause: 'spec-changed' });
  },
};
