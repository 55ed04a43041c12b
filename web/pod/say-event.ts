import type { RuntimeEvent, SentSignal } from '../../timeline/contract/cri-event.ts';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { shortId } from '../../timeline/render/plain-text.ts';
import { signalName } from '../../timeline/signals.ts';

/** A recorded event in a few words. */
export function sayEvent(event: RecordedEvent): string {
  switch (event.source) {
    case 'log':
      return `last lines of ${event.container} ${shortId(event.containerId)}: ${event.lines.length}`;
    case 'docker':
    case 'cri':
      return sayRuntimeEvent(event);
    case 'event': {
      const times = event.count === undefined || event.count < 2 ? '' : ` (${event.count} times)`;
      const about = event.container === undefined ? '' : ` ${event.container}`;
      return `${event.reason}${about}${times}${event.message === undefined ? '' : `: ${event.message}`}`;
    }
    case 'pod': {
      const { type, row, resourceVersion } = event;
      const shown = row === undefined ? '' : `: ${row.status} ${row.ready}, RESTARTS ${row.restarts}`;
      return `Pod ${type.toLowerCase()} at revision ${resourceVersion}${shown}`;
    }
    case 'agent':
      return `The recorder: ${event.type} for ${event.watched}${event.reason === undefined ? '' : ` (${event.reason})`}`;
  }
}

function sayRuntimeEvent(event: RuntimeEvent): string {
  const of = event.role === 'sandbox' ? 'sandbox' : event.container;
  const details = [
    'signal' in event && event.signal !== undefined ? `signal ${event.signal}` : undefined,
    event.exitCode === undefined ? undefined : `exit ${event.exitCode}`,
    ...(event.source === 'cri' ? (event.signals?.received ?? []).map(saySignal) : []),
  ].filter((detail) => detail !== undefined);
  const detail = details.length === 0 ? '' : ` (${details.join(', ')})`;
  return `${event.source} ${event.action} of ${of} ${shortId(event.containerId)}${detail}`;
}

function saySignal({ signal, sender, byKernel, ignored }: SentSignal): string {
  const from = byKernel === true ? 'the kernel' : (sender ?? 'an unnamed program');
  return `${signalName(signal)} from ${from}${ignored === true ? ', ignored' : ''}`;
}
