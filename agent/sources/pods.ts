import { LIMITS } from '../../timeline/contract/limits.ts';
import type { Source } from '../observation.ts';
import { record } from './kubernetes-api.ts';
import { ListWatch } from './list-watch.ts';
import type { ListWatchParts } from './list-watch-parts.ts';
import type { FrameType, WatchedResource } from './watched-resource.ts';

/** Which pods are observed. Empty: all of them. */
export interface PodsScope {
  /** The pods of this node. */
  readonly node?: string;
  /** The pods that are on no node yet, and every deletion, wherever it was: a lost node does not tell of its own. */
  readonly unassigned?: boolean;
}

export interface PodsSourceSettings extends ListWatchParts {
  readonly scope: PodsScope;
}

/** An RFC 1123 subdomain, as node names are. Anything else could change the meaning of a field selector. */
const NODE_NAME = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;

/**
 * Observes pods.
 * @throws Error when the node's name is not one
 */
export function createPodsSource({ scope, ...parts }: PodsSourceSettings): Source {
  return new ListWatch(podsResource(scope), parts);
}

function podsResource(scope: PodsScope): WatchedResource {
  return {
    source: 'pod',
    resource: 'pods',
    path: '/api/v1/pods',
    query: fieldSelector(scope),
    observes: (type, object) => isInScope(scope, type, object),
    tellsVanished: true,
    // A list has a pod's last state only: what it went through meanwhile is lost.
    lossToleranceMs: 0,
  };
}

/**
 * `spec.nodeName=` would select the unassigned pods, but then the API server says DELETED when one is put on a node:
 * with the object as it was before, so that it cannot be told from a real deletion. So all pods are watched for them.
 */
function fieldSelector({ node, unassigned }: PodsScope): Record<string, string> {
  if (node === undefined) return {};
  if (!NODE_NAME.test(node) || node.length > LIMITS.nameLength) {
    throw new Error(
      `node name ${JSON.stringify(node.slice(0, LIMITS.nameLength))} is not a Kubernetes node name: give --node-name as in "kubectl get nodes"`,
    );
  }
  return unassigned === true ? {} : { fieldSelector: `spec.nodeName=${node}` };
}

function isInScope({ node, unassigned }: PodsScope, type: FrameType, object: unknown): boolean {
  if (unassigned !== true || type === 'DELETED' || type === 'VANISHED') return true;
  const nodeName = record(record(object)['spec'])['nodeName'];
  return nodeName === undefined || nodeName === '' || nodeName === node;
}
