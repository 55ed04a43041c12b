/** What a scenario does to a container behind the kubelet's back, with the tools of the node's runtime. */
import { run } from '../command.ts';
import type { CriClient } from '../cri-client.ts';
import { callDocker } from '../docker.ts';
import { LabError } from '../lab-error.ts';
import type { LabState } from '../state.ts';

/** What may be done to a container through its runtime, by the names that Docker has for it. */
export type Deed = 'kill' | 'stop' | 'remove' | 'restart' | 'pause' | 'unpause';

export interface Hands {
  /** As it is typed. */
  command(deed: Deed, role: 'container' | 'sandbox', signal: string | undefined): string;
  do(deed: Deed, id: string, role: 'container' | 'sandbox', signal: string | undefined): Promise<void>;
  /** The process of a container, as the node numbers it. */
  pidOf(id: string): Promise<number>;
}

export function handsOfDocker(socket: string): Hands {
  const commands: Readonly<Record<Deed, string>> = {
    kill: 'kill',
    stop: 'stop --time 5',
    remove: 'rm --force',
    restart: 'restart --time 5',
    pause: 'pause',
    unpause: 'unpause',
  };
  return {
    command: (deed, _role, signal) =>
      `docker ${commands[deed]}${signal === undefined ? '' : ` --signal ${signal}`}`,
    async do(deed, id, _role, signal) {
      if (deed === 'remove') {
        await callDocker({ socket, method: 'DELETE', path: `/containers/${id}?force=1` });
        return;
      }
      const grace = deed === 'stop' || deed === 'restart' ? '?t=5' : '';
      const options = signal === undefined ? grace : `?signal=${signal}`;
      await callDocker({ socket, method: 'POST', path: `/containers/${id}/${deed}${options}` });
    },
    async pidOf(id) {
      const answer = await callDocker({ socket, method: 'GET', path: `/containers/${id}/json` });
      return (JSON.parse(answer) as { State: { Pid: number } }).State.Pid;
    },
  };
}

/** crictl speaks CRI, and so does this; kills and pauses are containerd's own, which `ctr` asks for. */
export function handsOfContainerd(lab: LabState, cri: CriClient): Hands {
  const ctr = (...args: readonly string[]) =>
    run(lab.ctr, ['--address', lab.containerdSocket, '--namespace', 'k8s.io', 'tasks', ...args]);
  return {
    command(deed, role, signal) {
      const isSandbox = role === 'sandbox';
      switch (deed) {
        case 'kill':
          return `ctr task kill --signal ${signal ?? 'SIGKILL'}`;
        case 'stop':
          return isSandbox ? 'crictl stopp' : 'crictl stop --timeout 5';
        case 'remove':
          return isSandbox ? 'crictl rmp --force' : 'crictl rm --force';
        case 'pause':
          return 'ctr task pause';
        case 'unpause':
          return 'ctr task resume';
        case 'restart':
          throw new LabError('containerd restarts no container');
      }
    },
    async do(deed, id, role, signal) {
      const isSandbox = role === 'sandbox';
      switch (deed) {
        case 'kill':
          await ctr('kill', '--signal', signal ?? 'SIGKILL', id);
          return;
        case 'stop':
          if (isSandbox) await cri.ask('StopPodSandbox', { podSandboxId: id });
          else await cri.ask('StopContainer', { containerId: id, timeout: 5 });
          return;
        case 'remove':
          // With --force crictl stops what runs, at once, before it has it removed.
          if (isSandbox) {
            await cri.ask('StopPodSandbox', { podSandboxId: id });
            await cri.ask('RemovePodSandbox', { podSandboxId: id });
          } else {
            await cri.ask('StopContainer', { containerId: id, timeout: 0 });
            await cri.ask('RemoveContainer', { containerId: id });
          }
          return;
        case 'pause':
          await ctr('pause', id);
          return;
        case 'unpause':
          await ctr('resume', id);
          return;
        case 'restart':
          throw new LabError('containerd restarts no container');
      }
    },
    async pidOf(id) {
      const pid = new RegExp(`^${id}\\s+(\\d+)\\s`, 'm').exec(await ctr('list'))?.[1];
      if (pid === undefined) throw new LabError(`containerd has no task of ${id}`);
      return Number(pid);
    },
  };
}
