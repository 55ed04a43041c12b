import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { SIGNAL_OF_ANYONE } from './on-containerd.ts';

export const containerKill: Scenario = {
  name: 'container-kill',
  title: '`docker kill` of one container of two',
  manifests: [aPod({ containers: [aContainer(), aContainer({ name: 'other' })] })],
  async act(stage) {
    await stage.running('pod', 'other');
    const app = await stage.running();
    await stage.toContainer('kill', app);
    await stage.restarted(app, { cause: 'killed-externally', withoutSignals: SIGNAL_OF_ANYONE });
  },
};
