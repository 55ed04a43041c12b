import { aContainer, aPod, STATE_VOLUME } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const startupProbe: Scenario = {
  name: 'startup-probe',
  title: 'The startup probe fails in the first run',
  manifests: [
    aPod({
      volumes: STATE_VOLUME.volumes,
      containers: [
        aContainer({
          startupProbe: {
            exec: { command: ['/probe-me', 'exists', '/state/started'] },
            periodSeconds: 1,
            failureThreshold: 4,
          },
          ...STATE_VOLUME.mount,
        }),
        aContainer({ name: 'other', ...STATE_VOLUME.mount }),
      ],
    }),
  ],
  async act(stage) {
    const other = await stage.running('pod', 'other');
    await stage.restarted({ pod: other.pod, container: 'app' }, { cause: 'startup-probe-failed' });
    await stage.inside(other, 'touch', '/state/started');
    await stage.running();
  },
};
