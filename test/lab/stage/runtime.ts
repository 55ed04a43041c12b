/** The runtime of a lab, as a scenario sees it, hears it and lays hands on it. */
import { CriClient } from '../cri-client.ts';
import { callDocker } from '../docker.ts';
import type { LabState } from '../state.ts';
import { ContainerdWords } from './containerd-words.ts';
import { DockerWords } from './docker-words.ts';
import { type Hands, handsOfContainerd, handsOfDocker } from './hands.ts';
import { type ListContainers, listOfCri, listOfDocker } from './listed.ts';
import type { Truth } from './truth.ts';

/** What the runtime itself told. */
export interface RuntimeWords {
  readonly words: readonly string[];
  start(): void;
  stop(): void;
}

export interface RuntimeUnderTest {
  readonly list: ListContainers;
  readonly words: RuntimeWords;
  readonly hands: Hands;
  versions(): Promise<Truth['versions']>;
  /** What was told, under the runtime's name. */
  told(): Pick<Truth, 'docker' | 'containerd'>;
  close(): void;
}

export function runtimeOf(lab: LabState, namespace: string): RuntimeUnderTest {
  return lab.runtime === 'docker' ? docker(lab, namespace) : containerd(lab, namespace);
}

function docker(lab: LabState, namespace: string): RuntimeUnderTest {
  const socket = lab.dockerSocket;
  const words = new DockerWords(socket, namespace);
  return {
    list: listOfDocker(socket, namespace),
    words,
    hands: handsOfDocker(socket),
    async versions() {
      const answer = await callDocker({ socket, method: 'GET', path: '/version' });
      const { Version } = JSON.parse(answer) as { Version: string };
      return {
        kubernetes: lab.kubernetesVersion,
        docker: Version.replace(/\+.*$/, ''),
        criDockerd: lab.criDockerdVersion,
      };
    },
    told: () => ({ docker: [...words.words] }),
    close: () => words.stop(),
  };
}

function containerd(lab: LabState, namespace: string): RuntimeUnderTest {
  const cri = new CriClient(lab.containerdSocket);
  const list = listOfCri(cri, namespace);
  const words = new ContainerdWords(cri, list);
  return {
    list,
    words,
    hands: handsOfContainerd(lab, cri),
    versions: () => Promise.resolve({ kubernetes: lab.kubernetesVersion, containerd: lab.containerdVersion }),
    told: () => ({ containerd: [...words.words] }),
    close() {
      words.stop();
      cri.close();
    },
  };
}
