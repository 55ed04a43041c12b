import { aContainer, aPod } from '../stage/manifests.ts';
import { type Scenario, SHORT_BACK_OFF } from '../stage/scenario.ts';

export const exit0: Scenario = {
  name: 'exit-0',
  title: 'The process ends with exit code 0, again and again (`restartPolicy: Always`)',
  lab: SHORT_BACK_OFF,
  restless: true,
  manifests: [aPod({ containers: [aContainer({ args: ['-exit-after', '3s'] })] })],
  async act(stage) {
    await stage.keepsRestarting(await stage.running(), 3, { cause: 'exited' });
  },
};
