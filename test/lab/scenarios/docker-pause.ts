import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const dockerPause: Scenario = {
  name: 'docker-pause',
  title: '`docker pause` of a container, and `docker unpause` five seconds later',
  manifests: [aPod()],
  async act(stage) {
    const app = await stage.running();
    await stage.toContainer('pause', app);
    await stage.pause(5_000);
    await stage.toContainer('unpause', app);
  },
};
