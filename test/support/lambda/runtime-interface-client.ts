// The program that runs a function inside Lambda: Amazon's own, built once and kept in the cache of the lab. It is no
// dependency of ours: its native part takes a minute to compile, which no `npm ci` should take.
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../lab/settings.ts';

const VERSION = '4.0.2';
/** What the package's install scripts call. */
const TOOLS = ['npm', 'cmake', 'make', 'g++', 'python3', 'xz'];
const BUILT_WITHIN_MS = 8 * 60_000;

export type RuntimeInterfaceClient =
  | { readonly entry: string; readonly missing?: undefined }
  | { readonly entry?: undefined; readonly missing: string };

/** Its entry point, built if it is not there yet; or why it cannot be had here. */
export async function runtimeInterfaceClient(): Promise<RuntimeInterfaceClient> {
  const folder = join(
    cacheFolder(),
    `aws-lambda-ric-${VERSION}-${process.arch}-abi${process.versions.modules}`,
  );
  const entry = join(folder, 'node_modules/aws-lambda-ric/index.mjs');
  if (await exists(entry)) return { entry };
  const missing = await missingTools();
  if (missing.length > 0) return { missing: `aws-lambda-ric cannot be built without ${missing.join(', ')}` };
  try {
    await build(folder);
  } catch (error) {
    return { missing: `aws-lambda-ric was not built: ${(error as Error).message.slice(-400)}` };
  }
  return { entry };
}

/** Beside its place, then moved there, so that a build that was cut off, or another's, is never taken for whole. */
async function build(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(`${folder}-unfinished-`);
  try {
    const manifest = {
      private: true,
      dependencies: { 'aws-lambda-ric': VERSION },
      allowScripts: { 'aws-lambda-ric': true },
    };
    await writeFile(join(unfinished, 'package.json'), JSON.stringify(manifest));
    const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    const headers = dirname(dirname(process.execPath));
    if (await exists(join(headers, 'include/node/node.h'))) args.push(`--nodedir=${headers}`);
    await promisify(execFile)('npm', args, {
      cwd: unfinished,
      env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
      timeout: BUILT_WITHIN_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
    await rename(unfinished, folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Someone else has finished the same meanwhile.
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function missingTools(): Promise<readonly string[]> {
  const looks = TOOLS.map(async (tool) => {
    try {
      await promisify(execFile)(tool, ['--version']);
      return [];
    } catch {
      return [tool];
    }
  });
  return (await Promise.all(looks)).flat();
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
