import { kubectl } from '../kubectl.ts';
import { aWorkload } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const nodeDrain: Scenario = {
  name: 'node-drain',
  title: '`kubectl drain` of the node, and `kubectl uncordon`',
  alone: true,
  manifests: [aWorkload({ kind: 'Deployment', name: 'web' })],
  async act(stage) {
    const { pod } = await stage.running('web');
    stage.did('kubectl drain: the node');
    await kubectl(stage.lab, ['drain', stage.lab.nodeName, '--ignore-daemonsets']);
    stage.replacedBecause(pod, 'drained');
    stage.did('kubectl uncordon: the node');
    await kubectl(stage.lab, ['uncordon', stage.lab.nodeName]);
    await stage.running('web');
  },
  async clear(stage) {
    await kubectl(stage.lab, ['uncordon', stage.lab.nodeName]);
  },
};
