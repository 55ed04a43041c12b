// Runs before every npm script, on whatever Node is on the PATH and with nothing installed: the reason it is
// plain JavaScript without imports of ours. It installs exactly what the lockfile names, once per lockfile.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.podlapse-installed');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('podlapse: installing dependencies from package-lock.json (once, about a minute) ...');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    console.error('podlapse: `npm ci` failed, see above; run it by hand to try again.');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
