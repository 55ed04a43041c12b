import { restartKubelet } from '../restart.ts';
import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const kubeletRestart: Scenario = {
  name: 'kubelet-restart',
  title: 'The kubelet is restarted',
  alone: true,
  manifests: [aPod()],
  async act(stage) {
    await stage.running();
    stage.did('SIGTERM to the kubelet, and started again after 2 s');
    await restartKubelet({ folder: stage.lab.folder, awayMs: 2_000 });
    await stage.pause(5_000);
  },
};
