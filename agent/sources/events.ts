import type { Source } from '../observation.ts';
import { record } from './kubernetes-api.ts';
import { ListWatch } from './list-watch.ts';
import type { ListWatchParts } from './list-watch-parts.ts';
import type { WatchedResource } from './watched-resource.ts';

/**
 * How long an absence loses no Event. The API server keeps them for an hour (`--event-ttl`), but clusters with many
 * set it lower; an Event that repeats within the absence is folded into one, with its count.
 */
const EVENT_LOSS_TOLERANCE_MS = 5 * 60 * 1000;

const KINDS_OF_INTEREST: ReadonlySet<unknown> = new Set(['Pod', 'Node']);

/**
 * The Events of all namespaces, by one watch that is sifted here. `involvedObject.kind=Pod` and `=Node` would be two
 * watches (a field selector knows no "or"), each with a version, gaps and a connection of its own, though both are
 * the source `event`; and as Events are not in the API server's watch cache, each would be a watch of etcd that
 * decodes every Event all the same.
 */
const EVENTS: WatchedResource = {
  source: 'event',
  resource: 'events',
  path: '/api/v1/events',
  query: {},
  // DELETED is the end of an Event's time to live: nothing happened.
  observes: (type, object) =>
    type !== 'DELETED' && KINDS_OF_INTEREST.has(record(record(object)['involvedObject'])['kind']),
  tellsVanished: false,
  lossToleranceMs: EVENT_LOSS_TOLERANCE_MS,
};

/** Observes Kubernetes Events about pods and nodes. */
export function createEventsSource(parts: ListWatchParts): Source {
  return new ListWatch(EVENTS, parts);
}
