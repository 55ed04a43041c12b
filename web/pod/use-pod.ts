import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import type { PodKey } from '../app/api/client.ts';
import { useParts } from '../app/parts.ts';
import { useResource } from '../app/use-resource.ts';
import { fetchEvents } from './all-events.ts';
import type { LiveMode } from './live.ts';
import { useLive } from './use-live.ts';

export interface Pod {
  readonly timeline: Timeline | undefined;
  readonly error: Error | undefined;
  readonly events: readonly RecordedEvent[];
  readonly byId: ReadonlyMap<string, RecordedEvent>;
  /** True until all events are there: of a very long history they never are. */
  readonly moreEvents: boolean;
  readonly eventsError: Error | undefined;
  readonly live: LiveMode | undefined;
  readonly reload: () => void;
}

const NONE: readonly RecordedEvent[] = [];

/** Which pod the URL names; undefined if it names none. */
export function readPodKey(params: URLSearchParams): PodKey | undefined {
  const cluster = params.get('cluster');
  const uid = params.get('uid');
  const namespace = params.get('namespace');
  const name = params.get('name');
  if (cluster === null) return undefined;
  if (uid !== null) return { cluster, uid };
  if (namespace === null || name === null) return undefined;
  return { cluster, namespace, name, at: params.get('at') ?? undefined };
}

/** A pod's timeline and its events; with `isLive` kept up to date while they are looked at. */
export function usePod(pod: PodKey | undefined, isLive: boolean): Pod {
  const { api } = useParts();
  const named = useResource(pod && JSON.stringify(pod), (signal) => {
    if (pod === undefined) throw new Error('no pod is named');
    return api.podTimeline(pod, { signal });
  });
  const timeline = useSame(named.data);
  const cluster = timeline?.pod.cluster;
  const uid = timeline?.pod.uid;
  const all = useResource(
    cluster === undefined || uid === undefined ? undefined : JSON.stringify([cluster, uid]),
    (signal) => fetchEvents(api, cluster ?? '', uid ?? '', signal),
  );
  const followed = useMemo(
    () => (cluster === undefined || uid === undefined ? undefined : { cluster, uid }),
    [cluster, uid],
  );
  const live = useLive(followed, isLive, () => named.reload());
  // What made the timeline another is among the events too.
  const isFirst = useRef(true);
  useEffect(() => {
    if (timeline === undefined) return;
    if (isFirst.current) isFirst.current = false;
    else all.reload();
  }, [timeline, all.reload]);
  const events = all.data?.events ?? NONE;
  return {
    timeline,
    error: named.error,
    events,
    byId: useMemo(() => new Map(events.map((event) => [event.id, event])), [events]),
    moreEvents: all.data?.more !== false,
    eventsError: all.error,
    live,
    reload: named.reload,
  };
}

/** The same object for as long as it says the same: then nothing is drawn again. */
function useSame<T>(value: T | undefined): T | undefined {
  const text = useMemo(() => JSON.stringify(value), [value]);
  const kept = useRef<{ readonly text: string | undefined; readonly value: T | undefined }>(undefined);
  if (kept.current?.text !== text) kept.current = { text, value };
  return kept.current?.value;
}
