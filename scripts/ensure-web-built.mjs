// Builds the page into dist/web unless it was built from these very sources. Runs before `npm start`, and wherever else
// the built page is needed; the build takes about a second.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist', 'web');
const stampFile = join(folder, '.built-from');
/** All that the page is made of. */
const SOURCES = ['web', 'timeline', 'package-lock.json'];

/** @returns {string} the folder of the page as it is built from the sources now */
export function ensureWebBuilt() {
  const stamp = stampOfSources();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return folder;
  // Built aside: whoever reads the page meanwhile sees a whole one, and two builds at once do not mix.
  const aside = `${folder}-${process.pid}`;
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = ['build', '--config', 'web/vite.config.ts', '--logLevel', 'warn', '--outDir', aside];
  // A process of its own, as a NODE_ENV of tests would put preact's development code into the page.
  const built = spawnSync(process.execPath, [vite, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (built.status !== 0) throw new Error('the page could not be built, see above');
  writeFileSync(join(aside, '.built-from'), stamp);
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(aside, folder);
  } catch (error) {
    // Another process was quicker; what it built from is looked at by whoever comes next.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}

function stampOfSources() {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesIn(join(root, source))) {
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function filesIn(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureWebBuilt();
