// Names as nobody in good faith would give them; Kubernetes itself would refuse most, an agent gone bad would not.
import type { RecordedEvent } from '../../timeline/contract/event.ts';

/** Would run a script if it were ever read as HTML. */
export const MARKUP_NAME = '<img src=x onerror="window.harmed=true">';
/** Turns the direction of what follows, unless it is kept apart. */
export const TURNING_NAME = `evil\u202Egpj.exe`;
/** As long as Kubernetes allows, without a place to break. */
export const LONG_NAME = 'x'.repeat(253);

/** The events with other names of their pods. */
export function renamed(
  events: readonly RecordedEvent[],
  names: { readonly namespace: string; readonly name: string },
): RecordedEvent[] {
  return events.map((event) =>
    'pod' in event && event.pod !== undefined ? { ...event, pod: { ...event.pod, ...names } } : event,
  );
}
