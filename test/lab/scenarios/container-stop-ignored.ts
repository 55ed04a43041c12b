import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { SIGNAL_OF_ANYONE } from './on-containerd.ts';

export const containerStopIgnored: Scenario = {
  name: 'container-stop-ignored',
  title: '`docker stop` of a container whose process ignores SIGTERM',
  manifests: [aPod({ containers: [aContainer({ args: ['-ignore-sigterm'] })] })],
  async act(stage) {
    const app = await stage.running();
    await stage.toContainer('stop', app);
    await stage.restarted(app, { cause: 'stopped-externally', withoutSignals: SIGNAL_OF_ANYONE });
  },
};
