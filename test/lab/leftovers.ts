/** What of a lab is still there after it was taken down; nothing, if all is well. */
import { readdir, readFile } from 'node:fs/promises';
import { mountsBelow } from './mounts.ts';
import { isRunning } from './processes.ts';
import type { LabState } from './state.ts';

export interface Leftovers {
  readonly mounts: readonly string[];
  /** By the name of the program. */
  readonly processes: readonly string[];
  readonly controlGroups: readonly string[];
}

/** Looks for what the lab of this state left. */
export async function leftovers({ folder, components, controlGroup }: LabState): Promise<Leftovers> {
  const processes: string[] = [];
  for (const [name, component] of Object.entries(components)) {
    if (component.process !== null && (await isRunning(component.process))) processes.push(name);
  }
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    // A process that ends meanwhile is no leftover.
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(`${folder}/`)) processes.push(command.replaceAll('\0', ' ').trim());
  }
  return { mounts: await mountsBelow(folder), processes, controlGroups: await groupsNamed(controlGroup) };
}

/** Version 1 has a tree for each controller, version 2 has one. */
async function groupsNamed(name: string): Promise<string[]> {
  const root = '/sys/fs/cgroup';
  const trees = await readdir(root, { withFileTypes: true });
  const found = await Promise.all(
    trees
      .filter((entry) => entry.isDirectory())
      .map(async (entry) => {
        if (entry.name === name) return [`${root}/${name}`];
        const groups = await readdir(`${root}/${entry.name}`).catch(() => []);
        return groups.filter((group) => group === name).map((group) => `${root}/${entry.name}/${group}`);
      }),
  );
  return found.flat();
}
