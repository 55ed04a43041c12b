import type { ObjectMeta } from './watch-frame.ts';

/** What is kept of an object: enough to see that it changed, and to say which one vanished. Never the object. */
export interface KnownObject {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
}

/**
 * The objects that were there when last heard of, by UID: an object that was deleted and made anew under the same
 * name is another one.
 */
export type KnownObjects = ReadonlyMap<string, KnownObject>;

/** Whether a listed object is one, or a revision of one, that is not known yet. Versions only compare for equality. */
export function isNews(known: KnownObjects, listed: ObjectMeta): boolean {
  return known.get(listed.uid)?.resourceVersion !== listed.resourceVersion;
}

/** The known objects that a complete list does not have any more. */
export function vanishedFrom(
  known: KnownObjects,
  listedUids: ReadonlySet<string>,
): (KnownObject & { readonly uid: string })[] {
  return Array.from(known)
    .filter(([uid]) => !listedUids.has(uid))
    .map(([uid, object]) => ({ uid, ...object }));
}
