/** What kubelet, Docker and containerd mounted below the state folder. */
import { readFile } from 'node:fs/promises';
import { attempt } from './command.ts';

/** Mount points below a folder, the latest first, so that what lies on top is taken off first. */
export async function mountsBelow(folder: string): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  return text
    .split('\n')
    .map((line) => decodeOctal(line.split(' ')[4] ?? ''))
    .filter((path) => path.startsWith(`${folder}/`))
    .reverse();
}

/** Unmounts everything below a folder; what is still in use goes as soon as it is not. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const path of await mountsBelow(folder)) {
    const { code } = await attempt('umount', [path]);
    if (code !== 0) await attempt('umount', ['--lazy', path]);
  }
}

/** The kernel writes space, tab, newline and backslash in octal. */
function decodeOctal(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
