import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const dockerRestart: Scenario = {
  name: 'docker-restart',
  onlyDocker: true,
  title: '`docker restart` of a container',
  note: 'The container keeps its ID and its attempt, so that for the kubelet nothing happened.',
  manifests: [aPod()],
  async act(stage) {
    const app = await stage.running();
    await stage.toContainer('restart', app);
    await stage.restarted(app, { cause: 'stopped-externally' });
  },
};
