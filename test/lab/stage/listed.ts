/** The list of containers as a runtime gives it to anyone who asks, in one form for all. */
import { callDocker } from '../docker.ts';
import type { CriClient } from '../cri-client.ts';

export interface ListedContainer {
  readonly id: string;
  readonly podName: string;
  readonly podUid: string;
  /** `POD` for a sandbox. */
  readonly container: string;
  readonly role: 'container' | 'sandbox';
  readonly attempt: number;
  readonly state: 'created' | 'running' | 'ended';
}

/** Gives all containers of a namespace, those that ended too, the oldest first. */
export type ListContainers = () => Promise<readonly ListedContainer[]>;

interface OfDocker {
  readonly Id: string;
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** A container that is paused has neither ended nor begun anew. */
const RUNNING: ReadonlySet<string> = new Set(['running', 'paused']);

export function listOfDocker(socket: string, namespace: string): ListContainers {
  const filters = JSON.stringify({ label: [`io.kubernetes.pod.namespace=${namespace}`] });
  const path = `/containers/json?${new URLSearchParams({ all: '1', filters }).toString()}`;
  return async () => {
    const listed = JSON.parse(await callDocker({ socket, method: 'GET', path })) as OfDocker[];
    return listed.toReversed().map(({ Id: id, State, Labels }) => {
      const isSandbox = Labels['io.kubernetes.docker.type'] === 'podsandbox';
      return {
        id,
        podName: Labels['io.kubernetes.pod.name'] ?? '',
        podUid: Labels['io.kubernetes.pod.uid'] ?? '',
        container: isSandbox ? 'POD' : (Labels['io.kubernetes.container.name'] ?? ''),
        role: isSandbox ? ('sandbox' as const) : ('container' as const),
        attempt: Number(Labels['annotation.io.kubernetes.container.restartCount'] ?? 0),
        state: RUNNING.has(State) ? 'running' : State === 'created' ? 'created' : 'ended',
      };
    });
  };
}

interface Sandbox {
  readonly id: string;
  readonly metadata: { readonly name: string; readonly uid: string; readonly namespace: string };
  readonly state: string;
  readonly createdAt: string;
}

interface Container {
  readonly id: string;
  readonly metadata: { readonly name: string; readonly attempt: number };
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

/** As `crictl pods` and `crictl ps --all` list them. */
export function listOfCri(cri: CriClient, namespace: string): ListContainers {
  return async () => {
    const { items } = await cri.ask<{ items: Sandbox[] }>('ListPodSandbox', {});
    const { containers } = await cri.ask<{ containers: Container[] }>('ListContainers', {});
    const listed = [
      ...items
        .filter(({ metadata }) => metadata.namespace === namespace)
        .map(({ id, metadata, state, createdAt }) => ({
          createdAt,
          id,
          podName: metadata.name,
          podUid: metadata.uid,
          container: 'POD',
          role: 'sandbox' as const,
          attempt: 0,
          state: state === 'SANDBOX_READY' ? ('running' as const) : ('ended' as const),
        })),
      ...containers
        .filter(({ labels }) => labels['io.kubernetes.pod.namespace'] === namespace)
        .map(({ id, metadata, state, labels, createdAt }) => ({
          createdAt,
          id,
          podName: labels['io.kubernetes.pod.name'] ?? '',
          podUid: labels['io.kubernetes.pod.uid'] ?? '',
          container: metadata.name,
          role: 'container' as const,
          attempt: metadata.attempt,
          state: stateOf(state),
        })),
    ];
    return listed.sort((a, b) => (BigInt(a.createdAt) < BigInt(b.createdAt) ? -1 : 1));
  };
}

function stateOf(state: string): ListedContainer['state'] {
  if (state === 'CONTAINER_RUNNING') return 'running';
  return state === 'CONTAINER_CREATED' ? 'created' : 'ended';
}
