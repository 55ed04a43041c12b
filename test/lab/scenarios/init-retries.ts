import { aContainer, aPod, STATE_VOLUME } from '../stage/manifests.ts';
import { type Scenario, SHORT_BACK_OFF } from '../stage/scenario.ts';

export const initRetries: Scenario = {
  name: 'init-retries',
  title: 'An init container fails twice, then succeeds',
  note: 'kubectl shows the restarts of init containers only while the pod initialises.',
  lab: SHORT_BACK_OFF,
  manifests: [
    aPod({
      volumes: STATE_VOLUME.volumes,
      initContainers: [
        aContainer({
          name: 'init',
          args: ['-fail-times', '2', '-count-file', '/state/count', '-exit-after', '2s'],
          ...STATE_VOLUME.mount,
        }),
      ],
    }),
  ],
  async act(stage) {
    const { pod } = await stage.running();
    await stage.restarted({ pod, container: 'init' }, { cause: 'exited' });
    await stage.restarted({ pod, container: 'init' }, { cause: 'exited' });
  },
};
