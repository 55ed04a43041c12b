import { aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';
import { WENT_ALONG } from './on-containerd.ts';

export const reference: Scenario = {
  name: 'reference',
  title:
    'In one pod, one after the other: container removed, container stopped, sandbox removed, sandbox stopped',
  manifests: [aPod()],
  async act(stage) {
    const first = await stage.running();
    await stage.toContainer('remove', first);
    const second = await stage.restarted(first, { cause: 'removed-externally' });
    await stage.quiet();
    await stage.toContainer('stop', second);
    const third = await stage.restarted(second, { cause: 'stopped-externally', withoutSignals: WENT_ALONG });
    await stage.quiet();
    await stage.toContainer('remove', stage.sandbox(third.pod));
    const fourth = await stage.restarted(third, { cause: 'sandbox-removed' });
    await stage.quiet();
    await stage.toContainer('stop', stage.sandbox(fourth.pod));
    await stage.restarted(fourth, { cause: 'sandbox-stopped' });
  },
};
