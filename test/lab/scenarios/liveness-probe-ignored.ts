import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const livenessProbeIgnored: Scenario = {
  name: 'liveness-probe-ignored',
  title: 'The liveness probe fails; the process ignores SIGTERM',
  manifests: [
    aPod({
      containers: [
        aContainer({
          args: ['-ignore-sigterm'],
          livenessProbe: {
            exec: { command: ['/probe-me', 'check', '/tmp/bad'] },
            periodSeconds: 1,
            failureThreshold: 2,
          },
        }),
      ],
    }),
  ],
  async act(stage) {
    const app = await stage.running();
    await stage.inside(app, 'touch', '/tmp/bad');
    await stage.restarted(app, { cause: 'liveness-failed' });
  },
};
