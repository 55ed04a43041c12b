import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const crashLoop: Scenario = {
  name: 'crash-loop',
  title: 'The process ends with exit code 1 after a second, again and again, with the default back-off',
  note: 'The first restart comes at once; from the second on the kubelet waits, each time longer.',
  restless: true,
  manifests: [aPod({ containers: [aContainer({ args: ['-exit-after', '1s', '-exit-code', '1'] })] })],
  async act(stage) {
    await stage.keepsRestarting(await stage.running(), 4, { cause: 'exited' }, 180_000);
  },
};
