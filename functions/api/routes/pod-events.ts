import { eventsQuery } from '../../../timeline/contract/queries.ts';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { compareTimes } from '../../../timeline/time.ts';
import { cursor as cursors } from '../../store/cursor.ts';
import type { Page } from '../../store/store.ts';
import { requireReaderOf } from '../access.ts';
import { DEFAULT_PAGE_SIZE, listResponse } from '../list-response.ts';
import { podNotFound } from '../load-timeline.ts';
import { readPathParameter, readQuery } from '../parameters.ts';
import type { ApiParts, Route } from '../route.ts';

/** Lambda answers with 6 MB at most; an event has 128 KB at most. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** The recorded events of a pod, oldest first. */
export function podEventsRoute({ store, authorise }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/v1/clusters/:cluster/pods/:uid/events',
    handle: async (context) => {
      const principal = await authorise(context.req.raw);
      const cluster = readPathParameter('cluster', context.req.param('cluster'));
      requireReaderOf(principal, cluster);
      const uid = readPathParameter('uid', context.req.param('uid'));
      const { limit, cursor } = readQuery(context.req.url, eventsQuery);
      const list = JSON.stringify(['events', cluster, uid]);
      const after = cursor === undefined ? undefined : cursors.decode(list, cursor);
      const { events, forgottenUntil } = await store.podHistory(cluster, uid);
      // One whose events are kept no longer is known, all the same.
      if (events.length === 0 && forgottenUntil === undefined) throw podNotFound(cluster, uid);
      return listResponse(
        context.req.url,
        pageOf(events, after, Number(limit ?? DEFAULT_PAGE_SIZE), (position) =>
          cursors.encode(list, position),
        ),
      );
    },
  };
}

/** Goes on after a position, not at an index: events that arrive late, in the past, shift no page. */
function pageOf(
  events: readonly RecordedEvent[],
  after: readonly string[] | undefined,
  limit: number,
  encode: (position: readonly string[]) => string,
): Page<RecordedEvent> {
  const [time = '', id = ''] = after ?? [];
  const from = after === undefined ? 0 : events.findIndex((event) => isAfter(event, time, id));
  if (from < 0) return { items: [] };
  const items: RecordedEvent[] = [];
  let bytes = 0;
  for (const event of events.slice(from, from + limit)) {
    bytes += JSON.stringify(event).length;
    if (bytes > MAX_PAGE_BYTES && items.length > 0) break;
    items.push(event);
  }
  const last = items.at(-1);
  if (last === undefined || from + items.length >= events.length) return { items };
  return { items, cursor: encode([last.occurredAt, last.id]) };
}

function isAfter(event: RecordedEvent, time: string, id: string): boolean {
  const byTime = compareTimes(event.occurredAt, time);
  return byTime === 0 ? event.id > id : byTime > 0;
}
