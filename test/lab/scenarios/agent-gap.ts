import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const agentGap: Scenario = {
  name: 'agent-gap',
  title: '`docker kill` of a container while podlapse is not running',
  note: 'podlapse finds the new run, its count, and how long it was down, but nobody saw what ended the old one.',
  manifests: [aPod()],
  async act(stage) {
    const app = await stage.running();
    stage.did('SIGTERM to the recorder');
    await stage.recorder.stop();
    await stage.toContainer('kill', app);
    const { pod } = await stage.restarted(app, {
      cause: 'unknown',
      why: 'The recorder was not running. What is left of the old container is its exit code, 137, which fits a kill through Docker, one by the node and an exit with that code alike.',
    });
    stage.did('the recorder started again');
    await stage.recorder.start();
    stage.unwatched(pod, 'docker', 'event', 'pod');
  },
};
