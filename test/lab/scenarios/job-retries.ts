import { aContainer, aJob } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const jobRetries: Scenario = {
  name: 'job-retries',
  title: 'A Job whose pod fails (`restartPolicy: Never`, `backoffLimit: 1`)',
  note: 'Every attempt is a pod of its own; none of them is ever restarted.',
  manifests: [
    aJob(
      'task',
      {
        restartPolicy: 'Never',
        containers: [aContainer({ args: ['-exit-after', '1s', '-exit-code', '1'] })],
      },
      { backoffLimit: 1 },
    ),
  ],
  async act(stage) {
    await stage.until('two pods failed', () => {
      const { pods } = stage.kubernetes;
      return pods.length === 2 && pods.every(({ status }) => status.phase === 'Failed');
    });
    const first = stage.kubernetes.pods[0];
    if (first !== undefined) stage.replacedBecause(first, 'completed');
  },
};
