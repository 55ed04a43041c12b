import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const sandboxRemove: Scenario = {
  name: 'sandbox-remove',
  title: '`docker rm --force` of the sandbox of a pod of two containers',
  manifests: [aPod({ containers: [aContainer(), aContainer({ name: 'other' })] })],
  async act(stage) {
    const other = await stage.running('pod', 'other');
    const app = await stage.running();
    await stage.toContainer('remove', stage.sandbox(app.pod));
    await stage.restarted(app, { cause: 'sandbox-removed' });
    await stage.restarted(other, { cause: 'sandbox-removed' });
  },
};
