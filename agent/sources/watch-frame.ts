import { LIMITS } from '../../timeline/contract/limits.ts';
import { type ApiStatus, readStatus, record } from './kubernetes-api.ts';

/** A line of a watch that cannot be read: what it said is lost, so the set must be listed again. */
export class WatchFrameError extends Error {
  override readonly name = 'WatchFrameError';
  readonly code: 'frame-too-large' | 'frame-malformed';

  constructor(code: WatchFrameError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What identifies one revision of one object. */
export interface ObjectMeta {
  readonly uid: string;
  /** Empty for an object that is in no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
}

/** One line of a watch: a `WatchEvent` of the API. */
export type WatchFrame =
  | {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly meta: ObjectMeta;
      readonly raw: { readonly type: string; readonly object: unknown };
    }
  /** Everything up to this version was sent, though nothing of it concerned us. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }
  | { readonly type: 'ERROR'; readonly status: ApiStatus }
  /** A type that this program does not know. */
  | { readonly type: 'UNKNOWN'; readonly name: string };

/**
 * Reads one line of a watch.
 * @throws WatchFrameError `frame-malformed`
 */
export function readFrame(line: string): WatchFrame {
  const raw = parse(line);
  const { type, object } = raw;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, meta: readMeta(object), raw: raw as { type: string; object: unknown } };
    case 'BOOKMARK':
      return { type, resourceVersion: identifierOf(record(record(object)['metadata']), 'resourceVersion') };
    case 'ERROR':
      return { type, status: readStatus(object, 500) };
    default:
      return { type: 'UNKNOWN', name: String(type).slice(0, LIMITS.labelLength) };
  }
}

/**
 * The identity of a Kubernetes object.
 * @throws WatchFrameError `frame-malformed`, naming the field
 */
export function readMeta(object: unknown): ObjectMeta {
  const metadata = record(record(object)['metadata']);
  return {
    uid: identifierOf(metadata, 'uid'),
    namespace: metadata['namespace'] === undefined ? '' : identifierOf(metadata, 'namespace'),
    name: identifierOf(metadata, 'name'),
    resourceVersion: identifierOf(metadata, 'resourceVersion'),
  };
}

/** The identity of a Kubernetes object; undefined if it has none. */
export function tryReadMeta(object: unknown): ObjectMeta | undefined {
  try {
    return readMeta(object);
  } catch (error) {
    if (error instanceof WatchFrameError) return undefined;
    throw error;
  }
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(line));
  } catch (cause) {
    throw new WatchFrameError(
      'frame-malformed',
      'a watch frame is not JSON; is this a Kubernetes API server?',
      {
        cause,
      },
    );
  }
}

function identifierOf(metadata: Readonly<Record<string, unknown>>, field: string): string {
  const value = metadata[field];
  if (typeof value === 'string' && value.length > 0 && value.length <= LIMITS.nameLength) return value;
  throw new WatchFrameError(
    'frame-malformed',
    `metadata.${field} must be text of 1 to ${LIMITS.nameLength} characters`,
  );
}
