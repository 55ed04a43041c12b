/** Folders that the lab's programs make outside the state folder, whatever they are told. */
import { lstat, readdir, readlink, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

const insisted = [
  // The kubelet's device manager keeps its socket here, whatever `--root-dir` says.
  '/var/lib/kubelet/device-plugins',
  '/var/lib/kubelet',
  // The kubelet links to each container's log here.
  '/var/log/containers',
  // containerd's shims keep their sockets here.
  '/run/containerd/s',
  '/run/containerd',
];

/** Those of the folders that are not there now, so that `down` may remove them. */
export async function absentFolders(): Promise<string[]> {
  const absent = await Promise.all(
    insisted.map(async (path) => ((await lstat(path).catch(() => null)) === null ? path : null)),
  );
  return absent.filter((path) => path !== null);
}

/** Removes what the lab left in these folders, and the folders themselves if they were absent before it. */
export async function removeForeign(absentBefore: readonly string[], stateFolder: string): Promise<void> {
  await removeLogLinks(stateFolder);
  for (const path of absentBefore) {
    if (path === '/var/lib/kubelet/device-plugins') await rm(path, { recursive: true, force: true });
    // Whatever else is in them by now is not the lab's: they stay if they are not empty.
    else await rmdir(path).catch(() => undefined);
  }
}

async function removeLogLinks(stateFolder: string): Promise<void> {
  const folder = '/var/log/containers';
  for (const name of await readdir(folder).catch(() => [])) {
    const target = await readlink(join(folder, name)).catch(() => '');
    if (target.startsWith(`${stateFolder}/`)) await rm(join(folder, name), { force: true });
  }
}
