/** Takes the lab down, whatever state it is in, and leaves nothing behind. */
import { rm } from 'node:fs/promises';
import { processesInControlGroups, removeControlGroups } from './cgroups.ts';
import { dockerAnswers, removeAllContainers } from './docker.ts';
import { removeForeign } from './foreign-folders.ts';
import { unmountBelow } from './mounts.ts';
import { end, identify } from './processes.ts';
import { labFolder } from './settings.ts';
import { removeSocket, shimsOf } from './shims.ts';
import { type ComponentName, type LabState, labState } from './state.ts';

/** What {@link labDown} is told. */
export interface DownOptions {
  /** The state folder of the lab; default: the default lab. */
  readonly folder?: string;
  /** Told each step; default: nobody. */
  readonly report?: (line: string) => void;
}

/** Removes the lab: its containers, processes, mounts, control groups and files. Returns whether there was one. */
export async function labDown({ folder, report = () => undefined }: DownOptions = {}): Promise<boolean> {
  const state = await labState(labFolder(folder));
  if (state === null) return false;

  // Those first who would bring containers back.
  await endAll(state, ['kubelet', 'kube-scheduler', 'kube-controller-manager'], report);
  if (state.runtime === 'docker' && (await dockerAnswers(state.dockerSocket))) {
    report(`removed ${await removeAllContainers(state.dockerSocket)} containers`);
  }
  await endAll(state, ['cri-dockerd', 'kube-apiserver'], report);
  await endAll(state, ['dockerd', 'etcd'], report);
  await endAll(state, ['containerd'], report);
  await endStrays(state, report);

  await unmountBelow(state.folder);
  await removeControlGroups(state.controlGroup);
  await removeForeign(state.foreignFolders, state.folder);
  await rm(state.folder, { recursive: true, force: true });
  report(`removed ${state.folder}`);
  return true;
}

/** The kubelet is not asked to say goodbye: nobody will miss its node. */
async function endAll(
  state: LabState,
  names: readonly ComponentName[],
  report: (line: string) => void,
): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      const identity = state.components[name]?.process;
      if (identity === null || identity === undefined) return;
      await end(identity);
      report(`ended ${name}`);
    }),
  );
}

/** With dockerd gone before its containers, these are left: containerd's shims, and what runs in our groups. */
async function endStrays(state: LabState, report: (line: string) => void): Promise<void> {
  for (const shim of await shimsOf(state.containerdSocket)) {
    await end(shim.process, { signal: 'SIGKILL' });
    await removeSocket(shim);
    report(`ended process ${shim.process.pid} that was left over`);
  }
  for (const pid of await processesInControlGroups(state.controlGroup)) {
    const identity = await identify(pid);
    if (identity === null) continue;
    await end(identity, { signal: 'SIGKILL' });
    report(`ended process ${pid} that was left over`);
  }
}
