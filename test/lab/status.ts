/** Says how the lab is. */
import { isRunning } from './processes.ts';
import { isReady, viewNode } from './readiness.ts';
import { type ComponentName, componentsOf, type LabState } from './state.ts';

/** One line for each program and one for the node, and whether all is well. */
export async function labStatus(state: LabState): Promise<{ lines: string[]; well: boolean }> {
  const programs = await Promise.all(
    componentsOf(state.runtime).map(async (name) => {
      const identity = state.components[name]?.process ?? null;
      const word = await describe(state, name, identity !== null && (await isRunning(identity)));
      return { well: word === 'ready', line: line(name, word, identity?.pid) };
    }),
  );
  const node = await viewNode(state);
  const nodeWord = node === null ? 'unknown' : node.ready ? 'ready' : 'not ready';
  return {
    lines: [...programs.map((program) => program.line), line(`node ${state.nodeName}`, nodeWord)],
    well: programs.every((program) => program.well) && nodeWord === 'ready',
  };
}

async function describe(
  state: LabState,
  name: ComponentName,
  running: boolean,
): Promise<'ready' | 'running' | 'ended'> {
  if (!running) return 'ended';
  return (await isReady(state, name)) ? 'ready' : 'running';
}

const line = (name: string, word: string, pid?: number): string =>
  `${name.padEnd(24)} ${word.padEnd(9)}${pid === undefined ? '' : ` pid ${pid}`}`;
