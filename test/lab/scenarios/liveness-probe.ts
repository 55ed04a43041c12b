import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

const PORT = 18_203;

export const livenessProbe: Scenario = {
  name: 'liveness-probe',
  title: 'The liveness probe fails; the process ends on SIGTERM',
  manifests: [
    aPod({
      containers: [
        aContainer({
          args: ['-listen', `127.0.0.1:${PORT}`],
          livenessProbe: {
            httpGet: { host: '127.0.0.1', port: PORT, path: '/live' },
            periodSeconds: 1,
            failureThreshold: 2,
          },
        }),
      ],
    }),
  ],
  async act(stage) {
    const app = await stage.running();
    await stage.inside(app, 'get', `http://127.0.0.1:${PORT}/bad/live`);
    await stage.restarted(app, { cause: 'liveness-failed' });
  },
};
