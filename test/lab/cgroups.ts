/** The control groups that the lab owns, in every hierarchy the machine has. */
import { mkdir, readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Makes the lab's group in each hierarchy; the kubelet insists that its root is there. */
export async function makeControlGroups(name: string): Promise<void> {
  for (const hierarchy of await hierarchies()) {
    await mkdir(join(hierarchy, name), { recursive: true });
  }
}

/** The processes in the lab's groups: those of its containers, and no others. */
export async function processesInControlGroups(name: string): Promise<number[]> {
  const pids = new Set<number>();
  for (const group of await ownGroups(name)) {
    const text = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '');
    for (const line of text.split('\n')) if (line !== '') pids.add(Number(line));
  }
  return [...pids];
}

/** Removes the lab's groups, innermost first; a group whose processes are just ending is tried again. */
export async function removeControlGroups(name: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const groups = await ownGroups(name);
    if (groups.length === 0) return;
    for (const group of groups.reverse()) {
      await rmdir(group).catch((error: NodeJS.ErrnoException) => {
        const settling = error.code === 'EBUSY' || error.code === 'ENOTEMPTY';
        if (error.code !== 'ENOENT' && !(settling && attempt < 50)) throw error;
      });
    }
    await sleep(100);
  }
}

/** Version 1 has a folder for each controller, version 2 is one folder. */
async function hierarchies(): Promise<string[]> {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  return mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
    .map(([, path]) => path ?? '');
}

/** Every group of the lab's, a parent before its children. */
async function ownGroups(name: string): Promise<string[]> {
  const found: string[] = [];
  for (const hierarchy of await hierarchies()) await descend(join(hierarchy, name), found);
  return found;
}

async function descend(group: string, found: string[]): Promise<void> {
  const entries = await readdir(group, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (entries === null) return;
  found.push(group);
  for (const entry of entries) if (entry.isDirectory()) await descend(join(group, entry.name), found);
}
