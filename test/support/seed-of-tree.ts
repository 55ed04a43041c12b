import { execFileSync } from 'node:child_process';

/**
 * The seed of the properties in CI: another for each tree, and the same whenever that tree is tested. A commit that
 * passed passes again, and one that fails can be run again with just what failed it.
 *
 * @returns undefined where this is no clone, so that each run draws anew
 */
export function seedOfTree(folder: string): string | undefined {
  try {
    const tree = execFileSync('git', ['rev-parse', 'HEAD^{tree}'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // fast-check takes a 32-bit integer.
    return String(Number.parseInt(tree.slice(0, 8), 16) | 0);
  } catch {
    return undefined;
  }
}
