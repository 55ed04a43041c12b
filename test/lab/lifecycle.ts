/** Starts and ends single programs of a lab, and writes down which process they are. */
import { LabError } from './lab-error.ts';
import { end, isRunning, launch } from './processes.ts';
import { isReady } from './readiness.ts';
import { downCommand, labFolder, upCommand } from './settings.ts';
import { type ComponentName, type LabState, labState, saveState } from './state.ts';
import { waitUntil } from './wait.ts';

/** The lab in that folder; throws when there is none. */
export async function requireLab(folder?: string): Promise<LabState> {
  const state = await labState(folder);
  if (state !== null) return state;
  throw new LabError(`There is no lab in ${labFolder(folder)}: put one up with \`${upCommand}\`.`);
}

/** Starts a program with the arguments it had; returns the lab's new state, which is also written down. */
export async function startComponent(state: LabState, name: ComponentName): Promise<LabState> {
  const component = state.components[name];
  if (component === undefined)
    throw new LabError(`${name} was never set up: start again with \`${downCommand}\`.`);
  if (component.process !== null && (await isRunning(component.process))) return state;
  return record(state, name, { ...component, process: await launch(component) });
}

/** Ends a program and waits until it is gone; a signal other than SIGTERM makes it a crash. */
export async function stopComponent(
  state: LabState,
  name: ComponentName,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<LabState> {
  const component = state.components[name];
  if (component === undefined || component.process === null) return state;
  await end(component.process, { signal });
  return record(state, name, { ...component, process: null });
}

/** Waits until a program does its work; fails with the end of its log when it ends instead. */
export async function componentReady(state: LabState, name: ComponentName): Promise<void> {
  await waitUntil(() => isReady(state, name), {
    what: `Readiness of ${name}`,
    component: state.components[name],
  });
}

async function record(
  state: LabState,
  name: ComponentName,
  component: NonNullable<LabState['components'][ComponentName]>,
): Promise<LabState> {
  const next = { ...state, components: { ...state.components, [name]: component } };
  await saveState(next);
  return next;
}
