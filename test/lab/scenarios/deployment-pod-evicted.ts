import { aWorkload } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const deploymentPodEvicted: Scenario = {
  name: 'deployment-pod-evicted',
  title: "A Deployment's pod is evicted through the API",
  manifests: [aWorkload({ kind: 'Deployment', name: 'web' })],
  async act(stage) {
    const { pod } = await stage.running('web');
    const { name } = pod.metadata;
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace: stage.namespace },
    };
    stage.did('an Eviction of the pod of Deployment web');
    await stage.kubectl(
      ['create', '--raw', `/api/v1/namespaces/${stage.namespace}/pods/${name}/eviction`, '-f', '-'],
      JSON.stringify(eviction),
    );
    stage.replacedBecause(pod, 'evicted');
    await stage.until('the pod is gone', () =>
      stage.kubernetes.living.every(({ metadata }) => metadata.uid !== pod.metadata.uid),
    );
    await stage.running('web');
  },
};
