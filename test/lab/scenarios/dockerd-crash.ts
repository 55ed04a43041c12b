import { restartDockerd } from '../restart.ts';
import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const dockerdCrash: Scenario = {
  name: 'dockerd-crash',
  onlyDocker: true,
  title: 'dockerd is killed (SIGKILL) and started again',
  alone: true,
  manifests: [aPod()],
  async act(stage) {
    const app = await stage.running();
    stage.did('SIGKILL to dockerd, and started again after 1 s');
    await restartDockerd({ folder: stage.lab.folder, signal: 'SIGKILL', awayMs: 1_000 });
    await stage.restarted(app, { cause: 'runtime-restarted' });
    stage.unwatched(app.pod, 'docker');
  },
};
