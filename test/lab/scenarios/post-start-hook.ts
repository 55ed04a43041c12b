import { aContainer, aPod, STATE_VOLUME } from '../stage/manifests.ts';
import { type Scenario, SHORT_BACK_OFF } from '../stage/scenario.ts';

export const postStartHook: Scenario = {
  name: 'post-start-hook',
  title: 'The postStart hook fails, until the file that it asks for is there',
  lab: SHORT_BACK_OFF,
  manifests: [
    aPod({
      volumes: STATE_VOLUME.volumes,
      containers: [
        aContainer({
          lifecycle: { postStart: { exec: { command: ['/probe-me', 'exists', '/state/file'] } } },
          ...STATE_VOLUME.mount,
        }),
        aContainer({ name: 'other', ...STATE_VOLUME.mount }),
      ],
    }),
  ],
  async act(stage) {
    const other = await stage.running('pod', 'other');
    await stage.keepsRestarting({ pod: other.pod, container: 'app' }, 1, { cause: 'hook-failed' });
    await stage.inside(other, 'touch', '/state/file');
    await stage.running();
  },
};
