import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { SIGNAL_OF_ANYONE } from './on-containerd.ts';

const NAME = 'fixed';

export const staticPod: Scenario = {
  name: 'static-pod',
  title: '`docker kill` of the container of a static pod',
  note: 'The containers of a static pod carry another UID than its mirror in the API: the hash of its manifest.',
  manifests: [],
  async act(stage) {
    const pod = aPod({ name: NAME });
    const metadata = { name: NAME, namespace: stage.namespace };
    stage.did(`a manifest of pod ${NAME} in the kubelet's folder of static pods`);
    await writeFile(join(stage.lab.staticPods, `${NAME}.json`), JSON.stringify({ ...pod, metadata }));
    const app = await stage.running(NAME);
    await stage.toContainer('kill', app);
    await stage.restarted(app, { cause: 'killed-externally', withoutSignals: SIGNAL_OF_ANYONE });
  },
  async clear(stage) {
    await rm(join(stage.lab.staticPods, `${NAME}.json`), { force: true });
  },
};
