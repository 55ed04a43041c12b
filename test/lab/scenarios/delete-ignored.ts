import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const deleteIgnored: Scenario = {
  name: 'delete-ignored',
  title: '`kubectl delete pod` with a grace period of 3 s that the process ignores',
  manifests: [
    aPod({ terminationGracePeriodSeconds: 3, containers: [aContainer({ args: ['-ignore-sigterm'] })] }),
  ],
  async act(stage) {
    await stage.running();
    stage.did('kubectl delete: pod pod');
    await stage.kubectl(['delete', 'pod', 'pod']);
  },
};
