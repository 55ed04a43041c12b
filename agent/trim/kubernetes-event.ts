import type { KubernetesEvent } from '../../timeline/contract/kubernetes-event.ts';
import { LIMITS } from '../../timeline/contract/limits.ts';
import type { PodRef } from '../../timeline/contract/primitives.ts';
import {
  EVENT,
  EVENT_MESSAGE_PREFIX,
  EVENT_MESSAGES,
  EVENT_METADATA,
  EVENT_SERIES,
  EVENT_SOURCE,
  INVOLVED_OBJECT,
  PLACEHOLDERS,
} from '../allow-list.ts';
import type { Notes } from './drops.ts';
import { objectAt, type Raw, readFields } from './readers.ts';

export type TrimmedEvent = Omit<KubernetesEvent, 'id' | 'source' | 'type' | 'observedAt'>;

/**
 * Takes of a Kubernetes Event (core/v1) what the allow-list names. Gives undefined for one about another thing than
 * a pod or a node, and the problem when there is no telling which or when. Never throws.
 */
export function trimKubernetesEvent(
  object: Raw,
  notes: Notes,
): TrimmedEvent | { readonly problem: string } | undefined {
  const involved = readFields(
    objectAt(object, 'involvedObject', notes),
    INVOLVED_OBJECT,
    notes.within('involvedObject'),
  );
  if (involved.kind !== 'Pod' && involved.kind !== 'Node') return undefined;
  const metadata = readFields(objectAt(object, 'metadata', notes), EVENT_METADATA, notes.within('metadata'));
  const event = readFields(object, EVENT, notes);
  const series = readFields(objectAt(object, 'series', notes), EVENT_SERIES, notes.within('series'));
  const source = readFields(objectAt(object, 'source', notes), EVENT_SOURCE, notes.within('source'));
  const occurredAt = series.lastAt ?? event.lastAt ?? event.at ?? metadata.createdAt;
  const about = subjectOf(involved, source.component === 'kubelet' ? source.host : undefined);

  if (metadata.uid === undefined) return { problem: 'metadata.uid is missing or odd' };
  if (metadata.resourceVersion === undefined)
    return { problem: 'metadata.resourceVersion is missing or odd' };
  if (event.reason === undefined) return { problem: 'reason is missing or odd' };
  if (occurredAt === undefined) return { problem: 'no time of its occurrence is given' };
  if ('problem' in about) return about;

  const optional = {
    container: containerOf(involved.fieldPath),
    eventType: event.eventType,
    message: messageOf(event.reason, object['message']),
    count: series.count ?? event.count,
    firstAt: event.firstAt ?? event.at,
    component: source.component ?? event.component,
  };
  return {
    occurredAt,
    ...about,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    reason: event.reason,
    ...withoutUndefined(optional),
  };
}

function subjectOf(
  involved: Partial<{ kind: string; namespace: string; name: string; uid: string }>,
  node: string | undefined,
): { readonly pod: PodRef } | { readonly node: string } | { readonly problem: string } {
  const { kind, namespace, name, uid } = involved;
  if (name === undefined) return { problem: 'involvedObject.name is missing or odd' };
  if (kind === 'Node') return { node: name };
  if (namespace === undefined) return { problem: 'involvedObject.namespace is missing or odd' };
  if (uid === undefined) return { problem: 'involvedObject.uid is missing or odd' };
  return { pod: { namespace, name, uid, ...(node === undefined ? {} : { node }) } };
}

// Kubelet, container.fieldPath: `spec.containers{web}`, or with an index where the container has no name.
const FIELD_PATH = /^spec\.(?:containers|initContainers|ephemeralContainers)\{([^{}]+)\}$/;

function containerOf(fieldPath: string | undefined): string | undefined {
  return fieldPath === undefined ? undefined : FIELD_PATH.exec(fieldPath)?.[1];
}

/** The part of a message that the allow-list lets out for this reason: as far as its longest form reaches. */
export function messageOf(reason: string, message: unknown): string | undefined {
  const forms = FORMS.get(reason);
  if (forms === undefined || typeof message !== 'string') return undefined;
  const head = message.slice(0, LIMITS.messageLength);
  const prefix = head.startsWith(EVENT_MESSAGE_PREFIX) ? EVENT_MESSAGE_PREFIX : '';
  const said = head.slice(prefix.length);
  const longest = forms
    .map((form) => form.exec(said)?.[0])
    .reduce((best, kept) => ((kept?.length ?? 0) > (best?.length ?? 0) ? kept : best), undefined);
  return longest === undefined ? undefined : prefix + longest;
}

const FORMS: ReadonlyMap<string, readonly RegExp[]> = new Map(
  Object.entries(EVENT_MESSAGES).map(([reason, forms]) => [reason, forms.map(patternOf)]),
);

/** `Stopping container <name>` as a pattern, from the beginning. */
function patternOf(form: string): RegExp {
  const source = form.replaceAll(/<(\w+)>|([^\w\s])/g, (whole, placeholder: string | undefined) =>
    placeholder === undefined ? `\\${whole}` : (PLACEHOLDERS[placeholder] ?? whole),
  );
  return new RegExp(`^${source}`);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
