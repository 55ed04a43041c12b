import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const sandboxKill: Scenario = {
  name: 'sandbox-kill',
  title: '`docker kill` of the sandbox of a pod of two containers',
  manifests: [aPod({ containers: [aContainer(), aContainer({ name: 'other' })] })],
  async act(stage) {
    const other = await stage.running('pod', 'other');
    const app = await stage.running();
    await stage.toContainer('kill', stage.sandbox(app.pod));
    await stage.restarted(app, { cause: 'sandbox-killed' });
    await stage.restarted(other, { cause: 'sandbox-killed' });
  },
};
