import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const resizeInPlace: Scenario = {
  name: 'resize-in-place',
  title: 'In-place resize of memory with `restartPolicy: RestartContainer`',
  manifests: [
    aPod({
      containers: [
        aContainer({
          resources: { requests: { memory: '32Mi' }, limits: { memory: '64Mi' } },
          resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }],
        }),
        aContainer({ name: 'other' }),
      ],
    }),
  ],
  async act(stage) {
    const app = await stage.running();
    const resources = { requests: { memory: '48Mi' }, limits: { memory: '96Mi' } };
    stage.did('kubectl patch --subresource resize: memory of container app of pod pod');
    await stage.kubectl([
      'patch',
      'pod',
      'pod',
      '--subresource=resize',
      '-p',
      JSON.stringify({ spec: { containers: [{ name: 'app', resources }] } }),
    ]);
    await stage.restarted(app, { cause: 'resized' });
  },
};
