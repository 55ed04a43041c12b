import { componentReady, requireLab, startComponent, stopComponent } from '../lifecycle.ts';
import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { SIGNAL_OF_ANYONE } from './on-containerd.ts';

export const kubeletAway: Scenario = {
  name: 'kubelet-away',
  title: '`docker kill` of a container while the kubelet is not running',
  alone: true,
  manifests: [aPod()],
  async act(stage) {
    const app = await stage.running();
    const { folder } = stage.lab;
    stage.did('SIGTERM to the kubelet');
    const away = await stopComponent(await requireLab(folder), 'kubelet');
    await stage.toContainer('kill', app);
    await stage.pause(4_000);
    stage.did('the kubelet started again');
    await componentReady(await startComponent(away, 'kubelet'), 'kubelet');
    await stage.restarted(app, { cause: 'killed-externally', withoutSignals: SIGNAL_OF_ANYONE });
  },
};
