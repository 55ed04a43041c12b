import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

const PORT = '127.0.0.1:18204';

export const sidecar: Scenario = {
  name: 'sidecar',
  title: 'A sidecar (init container with `restartPolicy: Always`) ends with exit code 3',
  manifests: [
    aPod({
      initContainers: [aContainer({ name: 'sidecar', restartPolicy: 'Always', args: ['-listen', PORT] })],
    }),
  ],
  async act(stage) {
    const app = await stage.running();
    const side = await stage.running('pod', 'sidecar');
    await stage.insideToItsEnd(app, 'get', `http://${PORT}/exit?code=3`);
    await stage.restarted(side, { cause: 'exited' });
  },
};
