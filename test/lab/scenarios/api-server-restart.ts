import { restartApiServer } from '../restart.ts';
import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { SIGNAL_OF_ANYONE } from './on-containerd.ts';

export const apiServerRestart: Scenario = {
  name: 'api-server-restart',
  title: '`docker kill` of a container while the API server is restarted',
  note: 'A watch cannot be resumed at an API server that has just started: it answers 410 (`Expired`), and what happened meanwhile is known from a new list alone.',
  alone: true,
  manifests: [aPod()],
  async act(stage) {
    const app = await stage.running();
    stage.did('SIGTERM to the API server, and started again after 2 s');
    const restarted = restartApiServer({ folder: stage.lab.folder, awayMs: 2_000 });
    await stage.pause(1_000);
    await stage.toContainer('kill', app);
    await restarted;
    await stage.restarted(app, { cause: 'killed-externally', withoutSignals: SIGNAL_OF_ANYONE });
    stage.unwatched(app.pod, 'pod');
    // It waits longer after each attempt that failed, so that its list can come after all is quiet.
    await stage.until('the recorder watches pods again', () => stage.recorder.closedGapOf('pod'));
  },
};
