import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { ApiClient } from '../app/api/client.ts';

const PAGE_SIZE = 1_000;
/** So many are fetched: each page makes the API read the pod's whole history. It has the others too. */
const MAX_PAGES = 10;

export interface PodEvents {
  readonly events: readonly RecordedEvent[];
  /** True when there are more than were fetched. */
  readonly more: boolean;
}

/** The recorded events of a pod, oldest first. */
export async function fetchEvents(
  api: ApiClient,
  cluster: string,
  uid: string,
  signal: AbortSignal,
): Promise<PodEvents> {
  const events: RecordedEvent[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await api.podEvents(cluster, uid, { limit: PAGE_SIZE, cursor }, { signal });
    events.push(...answer.items);
    if (answer.cursor === null) return { events, more: false };
    cursor = answer.cursor;
  }
  return { events, more: true };
}
