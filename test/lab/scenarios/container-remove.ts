import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const containerRemove: Scenario = {
  name: 'container-remove',
  title: '`docker rm --force` of one container of two',
  manifests: [aPod({ containers: [aContainer(), aContainer({ name: 'other' })] })],
  async act(stage) {
    await stage.running('pod', 'other');
    const app = await stage.running();
    await stage.toContainer('remove', app);
    await stage.restarted(app, { cause: 'removed-externally' });
  },
};
