import { aContainer, aJob, STATE_VOLUME } from '../stage/manifests.ts';
import { type Scenario, SHORT_BACK_OFF } from '../stage/scenario.ts';

export const jobOnFailure: Scenario = {
  name: 'job-on-failure',
  title: 'A Job whose container fails twice, then succeeds (`restartPolicy: OnFailure`)',
  lab: SHORT_BACK_OFF,
  manifests: [
    aJob('task', {
      restartPolicy: 'OnFailure',
      volumes: STATE_VOLUME.volumes,
      containers: [
        aContainer({
          args: ['-fail-times', '2', '-count-file', '/state/count', '-exit-after', '2s'],
          ...STATE_VOLUME.mount,
        }),
      ],
    }),
  ],
  async act(stage) {
    const app = await stage.running('task');
    await stage.restarted(app, { cause: 'exited' });
    await stage.restarted(app, { cause: 'exited' });
    await stage.until('the pod is done', () => stage.kubernetes.pods[0]?.status.phase === 'Succeeded');
  },
};
