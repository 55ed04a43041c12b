import { run } from '../command.ts';
import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { SIGNAL_OF_ANYONE } from './on-containerd.ts';

export const processKilled: Scenario = {
  name: 'process-killed',
  title: '`kill -9` of the process, on the node',
  manifests: [aPod()],
  async act(stage) {
    const app = await stage.running();
    const pid = await stage.pidOf(app);
    stage.did('kill -9, on the node: the process of container app of pod pod');
    await run('kill', ['-9', String(pid)]);
    await stage.restarted(app, {
      cause: 'unknown',
      why: 'Exit code 137 without a kill by Docker is what a process that chooses that code leaves, and one that got SIGKILL from elsewhere on the node: no source tells them apart.',
      onContainerd: { cause: 'killed-externally' },
      withoutSignals: SIGNAL_OF_ANYONE,
    });
  },
};
