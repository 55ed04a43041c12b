import { aContainer, aPod, STATE_VOLUME } from '../stage/manifests.ts';
import { type Scenario, SHORT_BACK_OFF } from '../stage/scenario.ts';

export const exit1: Scenario = {
  name: 'exit-1',
  title: 'The process ends with exit code 1 three times, then with 0 (`restartPolicy: OnFailure`)',
  lab: SHORT_BACK_OFF,
  manifests: [
    aPod({
      restartPolicy: 'OnFailure',
      volumes: STATE_VOLUME.volumes,
      containers: [
        aContainer({
          args: ['-fail-times', '3', '-count-file', '/state/count', '-exit-after', '3s'],
          ...STATE_VOLUME.mount,
        }),
      ],
    }),
  ],
  async act(stage) {
    const app = await stage.running();
    for (let times = 0; times < 3; times += 1) await stage.restarted(app, { cause: 'exited' });
    await stage.until('the pod is done', () => stage.kubernetes.pods[0]?.status.phase === 'Succeeded');
  },
};
