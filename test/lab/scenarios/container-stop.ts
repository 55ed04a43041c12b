import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { WENT_ALONG } from './on-containerd.ts';

export const containerStop: Scenario = {
  name: 'container-stop',
  title: '`docker stop` of one container of two',
  manifests: [aPod({ containers: [aContainer(), aContainer({ name: 'other' })] })],
  async act(stage) {
    await stage.running('pod', 'other');
    const app = await stage.running();
    await stage.toContainer('stop', app);
    await stage.restarted(app, { cause: 'stopped-externally', withoutSignals: WENT_ALONG });
  },
};
