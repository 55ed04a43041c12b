/** Runs the lab's own kubectl against the lab. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { attempt, type Finished, run } from './command.ts';
import { LabError } from './lab-error.ts';
import { plainEnvironment } from './settings.ts';
import type { LabState } from './state.ts';

/** Neither the caller's preferences nor a cache outside the lab. */
export const kubectlEnvironment = (state: LabState): Record<string, string> => ({
  ...plainEnvironment(),
  KUBECONFIG: state.kubeconfig,
  KUBECACHEDIR: join(state.folder, 'kubectl-cache'),
  KUBERC: 'off',
});

/** Runs kubectl and returns its output; throws when it fails. `input` is what `-f -` reads. */
export function kubectl(state: LabState, args: readonly string[], input = ''): Promise<string> {
  return run(state.kubectl, args, { env: kubectlEnvironment(state), input });
}

/** Runs kubectl and returns how it ended. */
export function tryKubectl(state: LabState, args: readonly string[]): Promise<Finished> {
  return attempt(state.kubectl, args, { env: kubectlEnvironment(state) });
}

/** Runs kubectl in the caller's terminal and returns its exit code. */
export async function kubectlHere(state: LabState, args: readonly string[]): Promise<number> {
  const child = spawn(state.kubectl, args, { env: kubectlEnvironment(state), stdio: 'inherit' });
  const [code] = (await once(child, 'close').catch((error: Error) => {
    throw new LabError(`kubectl could not be started: ${error.message}`, { cause: error });
  })) as [number | null];
  return code ?? 1;
}
