import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

const PORT = '127.0.0.1:18202';

export const oomKill: Scenario = {
  name: 'oom-kill',
  title: 'The process takes more memory than its limit',
  manifests: [
    aPod({
      containers: [
        aContainer({ args: ['-listen', PORT], resources: { limits: { memory: '48Mi' } } }),
        aContainer({ name: 'other' }),
      ],
    }),
  ],
  async act(stage) {
    const other = await stage.running('pod', 'other');
    const app = await stage.running();
    await stage.insideToItsEnd(other, 'get', `http://${PORT}/eat?size=256Mi`);
    await stage.restarted(app, { cause: 'oom-killed' });
  },
};
