/** The lab's command: `npm run lab -- up | down | status | kubectl … | helm | ric`. */
import { runtimeInterfaceClient } from '../support/lambda/runtime-interface-client.ts';
import { labDown } from './down.ts';
import { findHelm } from './helm.ts';
import { kubectlHere } from './kubectl.ts';
import { LabError } from './lab-error.ts';
import { requireLab } from './lifecycle.ts';
import type { LabRuntime } from './settings.ts';
import { labStatus } from './status.ts';
import { labUp } from './up.ts';

const usage =
  'usage: npm run lab -- up [--runtime docker|containerd] | down | status | kubectl ARGUMENTS | helm | ric';
const say = (line: string): void => console.log(line);

async function main([command, ...rest]: readonly string[]): Promise<number> {
  switch (command) {
    case 'up': {
      const started = performance.now();
      const runtime = runtimeOf(rest);
      if (runtime === undefined) break;
      const lab = await labUp({ report: say, runtime });
      say(`The lab is up after ${Math.round((performance.now() - started) / 1000)} s.`);
      say(`  export KUBECONFIG=${lab.kubeconfig}`);
      say(
        runtime === 'docker'
          ? `  export DOCKER_HOST=unix://${lab.dockerSocket}`
          : `  export CONTAINERD_ADDRESS=${lab.containerdSocket} CONTAINERD_NAMESPACE=k8s.io`,
      );
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
    case 'ric': {
      const { missing } = await runtimeInterfaceClient();
      say(missing ?? "There is Amazon's runtime interface client for the tests of the Lambda function.");
      return missing === undefined ? 0 : 1;
    }
    case 'helm': {
      const { missing } = await findHelm(false);
      say(missing ?? 'There is a helm for the tests of the chart.');
      return missing === undefined ? 0 : 1;
    }
    case undefined:
    default:
  }
  console.error(usage);
  return 64;
}

function runtimeOf([flag, value, ...more]: readonly string[]): LabRuntime | undefined {
  if (flag === undefined) return 'docker';
  const isKnown = value === 'docker' || value === 'containerd';
  return flag === '--runtime' && isKnown && more.length === 0 ? value : undefined;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
