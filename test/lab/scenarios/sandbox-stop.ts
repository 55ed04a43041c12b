import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const sandboxStop: Scenario = {
  name: 'sandbox-stop',
  title: '`docker stop` of the sandbox of a pod of two containers',
  manifests: [aPod({ containers: [aContainer(), aContainer({ name: 'other' })] })],
  async act(stage) {
    const other = await stage.running('pod', 'other');
    const app = await stage.running();
    await stage.toContainer('stop', stage.sandbox(app.pod));
    await stage.restarted(app, { cause: 'sandbox-stopped' });
    await stage.restarted(other, { cause: 'sandbox-stopped' });
  },
};
