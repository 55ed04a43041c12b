import { restartDockerd } from '../restart.ts';
import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const dockerdRestart: Scenario = {
  name: 'dockerd-restart',
  onlyDocker: true,
  title: 'dockerd is restarted (SIGTERM)',
  note: 'On its way out dockerd stops every container; the kubelet makes sandbox and containers anew.',
  alone: true,
  manifests: [aPod()],
  async act(stage) {
    const app = await stage.running();
    stage.did('SIGTERM to dockerd, and started again after 1 s');
    await restartDockerd({ folder: stage.lab.folder, awayMs: 1_000 });
    await stage.restarted(app, { cause: 'runtime-restarted' });
    stage.unwatched(app.pod, 'docker');
  },
};
