import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { SIGNAL_OF_ANYONE } from './on-containerd.ts';

export const containerRemoveWithLogs: Scenario = {
  name: 'container-remove-with-logs',
  title:
    '`docker rm --force` of a container whose log folder on the node was removed; then `docker kill` of the next',
  note: 'With neither the old container nor its log files left, the kubelet labels the next container as attempt 0 again. The count in the status does not follow the labels: it goes on, 0, 1, 2.',
  manifests: [aPod()],
  async act(stage) {
    const app = await stage.running();
    const { uid, name } = app.pod.metadata;
    stage.did(`rm -r of the log folder of container app of pod ${name}`);
    await rm(join(stage.lab.podLogs, `${stage.namespace}_${name}_${uid}`, 'app'), { recursive: true });
    await stage.toContainer('remove', app);
    const second = await stage.restarted(app, { cause: 'removed-externally' });
    await stage.quiet();
    await stage.toContainer('kill', second);
    await stage.restarted(second, { cause: 'killed-externally', withoutSignals: SIGNAL_OF_ANYONE });
  },
};
