import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { SIGNAL_OF_ANYONE } from './on-containerd.ts';

const PORT = '127.0.0.1:18201';

export const exit137: Scenario = {
  name: 'exit-137',
  title: 'The process ends by itself with exit code 137',
  note: 'Docker and Kubernetes show the same as for a SIGKILL that came from neither of them.',
  manifests: [aPod({ containers: [aContainer({ args: ['-listen', PORT] })] })],
  async act(stage) {
    const app = await stage.running();
    await stage.insideToItsEnd(app, 'get', `http://${PORT}/exit?code=137`);
    await stage.restarted(app, {
      cause: 'unknown',
      why: 'Exit code 137 without a kill by Docker is what a process that chooses that code leaves, and one that got SIGKILL from elsewhere on the node: no source tells them apart.',
      onContainerd: { cause: 'exited' },
      withoutSignals: SIGNAL_OF_ANYONE,
    });
  },
};
