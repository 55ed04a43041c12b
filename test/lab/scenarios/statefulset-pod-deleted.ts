import { aWorkload } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { SIGNAL_OF_ANYONE } from './on-containerd.ts';

export const statefulsetPodDeleted: Scenario = {
  name: 'statefulset-pod-deleted',
  title: "`kubectl delete pod` of a StatefulSet's pod, whose container was killed before",
  note: 'The new pod has the same name, another UID, and begins at RESTARTS 0.',
  manifests: [aWorkload({ kind: 'StatefulSet', name: 'db' })],
  async act(stage) {
    const app = await stage.running('db');
    await stage.toContainer('kill', app);
    await stage.restarted(app, {
      cause: 'killed-externally',
      withoutSignals: SIGNAL_OF_ANYONE,
    });
    stage.did('kubectl delete: pod db-0');
    await stage.kubectl(['delete', 'pod', 'db-0']);
    stage.replacedBecause(app.pod, 'deleted');
    await stage.running('db');
  },
};
