import { badRequest } from './status.ts';
import type { KubernetesObject, Resource } from './kubernetes-object.ts';

export type Selector = (object: KubernetesObject) => boolean;

/** What the API server lets one select by (`ToSelectableFields` of pods and of core/v1 events); any other is a 400. */
const FIELDS: Record<Resource, readonly string[]> = {
  pods: [
    'metadata.name',
    'metadata.namespace',
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'metadata.name',
    'metadata.namespace',
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  leases: ['metadata.name', 'metadata.namespace'],
};

/**
 * A field selector: `a=b,c!=d`.
 * @throws a 400 for a field that cannot be selected by
 */
export function fieldSelector(resource: Resource, text: string): Selector {
  const terms = text
    .split(',')
    .filter((term) => term !== '')
    .map((term) => {
      const [, field = '', operator, value] = /^([^!=]+)(==|=|!=)(.*)$/.exec(term) ?? [];
      if (value === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      if (!FIELDS[resource].includes(field)) throw badRequest(`field label not supported: ${field}`);
      return (object: KubernetesObject) => (fieldOf(object, field) === value) !== (operator === '!=');
    });
  return (object) => terms.every((term) => term(object));
}

function fieldOf(object: KubernetesObject, path: string): string {
  let value: unknown = object;
  for (const step of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[step];
  return typeof value === 'string' ? value : '';
}
