import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { WENT_ALONG } from './on-containerd.ts';

export const killSignal: Scenario = {
  name: 'kill-signal',
  title: '`docker kill --signal TERM` of a container',
  note: 'The process ends with exit code 0, as after a stop; only the missing `stop` event tells that Docker was not asked to stop it.',
  noteOnContainerd:
    'The process ends with exit code 0, as after a stop through CRI: the kernel tells of the same signal from containerd.',
  manifests: [aPod({ containers: [aContainer()] })],
  async act(stage) {
    const app = await stage.running();
    await stage.toContainer('kill', app, 'SIGTERM');
    await stage.restarted(app, {
      cause: 'killed-externally',
      onContainerd: {
        cause: 'stopped-externally',
        why: 'Whoever stops a container through CRI has containerd send the same signal: of a process that goes along with it, no more is seen.',
      },
      withoutSignals: WENT_ALONG,
    });
  },
};
