// Makes many pods of one: the same events, told of pods and containers of other names.
import { createHash } from 'node:crypto';
import { identified, type RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';

/** Which pods the events are about. */
export function uidsOf(events: readonly RecordedEvent[]): string[] {
  return [...new Set(events.flatMap((event) => (event.source === 'agent' ? [] : (event.pod?.uid ?? []))))];
}

/** The events of a pod as those of pod number `number`; what is about nodes and of agents stays what it is. */
export function asPod(number: number, events: readonly RecordedEvent[]): RecordedEvent[] {
  const uids = uidsOf(events);
  const names = new Set(events.flatMap((event) => (event.source === 'agent' ? [] : (event.pod?.name ?? []))));
  return events.map((event) => {
    if (event.source === 'agent' || event.pod === undefined) return event;
    let text = JSON.stringify(event).replaceAll(/[0-9a-f]{64}/g, (id) => otherId(id, number));
    for (const uid of uids) text = text.replaceAll(uid, `${uid}-${number}`);
    for (const name of names) text = text.replaceAll(`"name":"${name}"`, `"name":"${name}-${number}"`);
    const { id: _, ...other } = JSON.parse(text) as RecordedEvent;
    return identified(
      other.source === 'event' ? { ...other, uid: `${other.uid}-${number}` } : (other as RecordedEvent),
    );
  });
}

/** `count` pods like that of the events, all at the same moments. */
export function manyPods(count: number, events: readonly RecordedEvent[]): RecordedEvent[] {
  const all = Array.from({ length: count }, (_, number) => asPod(number, events)).flat();
  return [...new Map(all.map((event) => [event.id, event])).values()];
}

/** The timelines of all pods that the events are about. */
export function timelinesOf(events: readonly RecordedEvent[]): Timeline[] {
  const about = Map.groupBy(events, (event) => (event.source === 'agent' ? undefined : event.pod?.uid));
  const around = about.get(undefined) ?? [];
  return uidsOf(events).flatMap(
    (uid) => reconstruct('lab', uid, [...(about.get(uid) ?? []), ...around]) ?? [],
  );
}

function otherId(id: string, number: number): string {
  return createHash('sha256').update(`${number} ${id}`).digest('hex');
}
