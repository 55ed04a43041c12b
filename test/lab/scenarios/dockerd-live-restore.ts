import { restartDockerd } from '../restart.ts';
import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const dockerdLiveRestore: Scenario = {
  name: 'dockerd-live-restore',
  onlyDocker: true,
  title: 'dockerd with `live-restore` is restarted (SIGTERM)',
  lab: { dockerd: { 'live-restore': true } },
  alone: true,
  manifests: [aPod()],
  async act(stage) {
    const { pod } = await stage.running();
    stage.did('SIGTERM to dockerd, and started again after 1 s');
    await restartDockerd({ folder: stage.lab.folder, awayMs: 1_000 });
    stage.unwatched(pod, 'docker');
    await stage.pause(5_000);
  },
};
