/** Restarts single programs of a running lab, for scenarios. */
import { setTimeout as sleep } from 'node:timers/promises';
import { componentReady, requireLab, startComponent, stopComponent } from './lifecycle.ts';
import type { ComponentName, LabState } from './state.ts';

/** How a program is restarted. */
export interface RestartOptions {
  /** The state folder of the lab; default: the default lab. */
  readonly folder?: string;
  /** `SIGTERM` (default) is a restart by its service manager, `SIGKILL` a crash. */
  readonly signal?: NodeJS.Signals;
  /** How long it stays away; default: not at all. */
  readonly awayMs?: number;
}

/** Ends a program, starts it again with the same arguments and waits until it works; returns the new state. */
export async function restartComponent(
  name: ComponentName,
  { folder, signal, awayMs = 0 }: RestartOptions = {},
): Promise<LabState> {
  const stopped = await stopComponent(await requireLab(folder), name, signal);
  await sleep(awayMs);
  const started = await startComponent(stopped, name);
  await componentReady(started, name);
  return started;
}

/** Restarts the kubelet; containers go on running meanwhile. */
export const restartKubelet = (options?: RestartOptions): Promise<LabState> =>
  restartComponent('kubelet', options);

/** Restarts dockerd; on `SIGTERM` it stops every container first, unless the lab has `live-restore`. */
export const restartDockerd = (options?: RestartOptions): Promise<LabState> =>
  restartComponent('dockerd', options);

/** Restarts the API server; every watch ends. */
export const restartApiServer = (options?: RestartOptions): Promise<LabState> =>
  restartComponent('kube-apiserver', options);
