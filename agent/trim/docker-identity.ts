import type { PodRef } from '../../timeline/contract/primitives.ts';
import { DOCKER_LABELS } from '../allow-list.ts';
import type { Notes } from './drops.ts';
import { identifier, name, type Raw, readFields } from './readers.ts';

/** Which container of which pod a Docker container is. */
export interface DockerIdentity {
  readonly pod: PodRef;
  readonly role: 'container' | 'sandbox';
  readonly container: string;
  readonly sandboxId?: string;
  readonly attempt?: number;
  /** False for a container that is nobody's: podlapse makes it a pod of one. */
  readonly kubelet: boolean;
}

/** The namespace of containers without a pod; Kubernetes' own names are in no namespace of an Engine. */
const PLAIN_NAMESPACE = 'docker';
/** The kubelet's name for a sandbox, in names and labels. */
const SANDBOX = 'POD';

/**
 * Reads the identity from the kubelet's labels, else from a name of the kubelet's form, else makes the container its
 * own pod.
 *
 * @param containerName with or without the slash that the Engine's API puts before it
 */
export function dockerIdentity(
  containerId: string,
  containerName: string | undefined,
  labels: Raw,
  notes: Notes,
): DockerIdentity {
  const bare = containerName?.replace(/^\//, '');
  const named = parseName(bare, notes);
  const label = readFields(labels, DOCKER_LABELS, notes);
  const pod = podOf(label) ?? named?.pod;
  const container = label.container ?? named?.container;
  if (pod === undefined || container === undefined) {
    const own = bare === undefined || bare === '' ? containerId.slice(0, 12) : bare;
    return {
      pod: { namespace: PLAIN_NAMESPACE, name: own, uid: containerId },
      role: 'container',
      container: own,
      kubelet: false,
    };
  }
  const attempt = label.attempt ?? named?.attempt;
  const isSandbox = label.type === 'podsandbox' || (label.type === undefined && container === SANDBOX);
  return {
    pod,
    role: isSandbox ? 'sandbox' : 'container',
    container: isSandbox ? SANDBOX : container,
    ...(label.sandboxId === undefined || isSandbox ? {} : { sandboxId: label.sandboxId }),
    ...(attempt === undefined ? {} : { attempt }),
    kubelet: true,
  };
}

function podOf({
  podNamespace,
  podName,
  podUid,
}: {
  podNamespace?: string;
  podName?: string;
  podUid?: string;
}): PodRef | undefined {
  if (podNamespace === undefined || podName === undefined || podUid === undefined) return undefined;
  return { namespace: podNamespace, name: podName, uid: podUid };
}

// `k8s_NAME_POD_NAMESPACE_UID_ATTEMPT`, and a random end after a name conflict (cri-dockerd, core/naming.go). None of
// the parts can hold an underscore.
const KUBELET_NAME = /^k8s_([^_]+)_([^_]+)_([^_]+)_([^_]+)_(\d{1,9})(?:_[0-9a-f]{1,8})?$/;

function parseName(
  containerName: string | undefined,
  notes: Notes,
): { readonly pod: PodRef; readonly container: string; readonly attempt: number } | undefined {
  const parts = KUBELET_NAME.exec(containerName ?? '');
  if (parts === null) return undefined;
  const container = name(parts[1], notes, 'name');
  const podName = name(parts[2], notes, 'name');
  const namespace = name(parts[3], notes, 'name');
  const uid = identifier(parts[4], notes, 'name');
  if (container === undefined || podName === undefined || namespace === undefined || uid === undefined) {
    return undefined;
  }
  return { pod: { namespace, name: podName, uid }, container, attempt: Number(parts[5]) };
}
