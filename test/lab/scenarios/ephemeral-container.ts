import { images } from '../settings.ts';
import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

export const ephemeralContainer: Scenario = {
  name: 'ephemeral-container',
  title: 'An ephemeral container (`kubectl debug`) runs to its end',
  manifests: [aPod()],
  async act(stage) {
    const { pod } = await stage.running();
    stage.did('kubectl debug: ephemeral container debug in pod pod, for 2 s');
    await stage.kubectl([
      'debug',
      pod.metadata.name,
      `--image=${images.app}`,
      '--container=debug',
      '--profile=general',
      '--',
      '/probe-me',
      '-exit-after',
      '2s',
    ]);
    await stage.until('the ephemeral container is done', () => {
      const status = stage.kubernetes.pod(pod.metadata.uid)?.status.ephemeralContainerStatuses?.[0];
      return status?.state?.['terminated'] !== undefined;
    });
  },
};
