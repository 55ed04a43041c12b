/** The lab's command: `npm run lab -- up | down | status | kubectl … | helm`. */
import { labDown } from './down.ts';
import { findHelm } from './helm.ts';
import { kubectlHere } from './kubectl.ts';
import { LabError } from './lab-error.ts';
import { requireLab } from './lifecycle.ts';
import { labStatus } from './status.ts';
import { labUp } from './up.ts';

const usage = 'usage: npm run lab -- up | down | status | kubectl ARGUMENTS | helm';
const say = (line: string): void => console.log(line);

async function main([command, ...rest]: readonly string[]): Promise<number> {
  switch (command) {
    case 'up': {
      const started = performance.now();
      const lab = await labUp({ report: say });
      say(`The lab is up after ${Math.round((performance.now() - started) / 1000)} s.`);
      say(`  export KUBECONFIG=${lab.kubeconfig}`);
      say(`  export DOCKER_HOST=unix://${lab.dockerSocket}`);
      return 0;
    }
    case 'down': {
      const there = await labDown({ report: say });
      say(there ? 'The lab is down.' : 'There is no lab.');
      return 0;
    }
    case 'status': {
      const { lines, well } = await labStatus(await requireLab());
      for (const line of lines) say(line);
      return well ? 0 : 1;
    }
    case 'kubectl':
      return kubectlHere(await requireLab(), rest);
    case 'helm': {
      const { missing } = await findHelm(false);
      say(missing ?? 'There is a helm for the tests of the chart.');
      return missing === undefined ? 0 : 1;
    }
    case undefined:
    default:
      console.error(usage);
      return 64;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
