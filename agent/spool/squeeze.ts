import { DropCount } from './dropped.ts';
import { encodeRecord, recordsOf } from './record.ts';
import { dropsOf, encodeHeader, eventOf } from './segment.ts';

export interface Squeezed {
  readonly content: Buffer;
  readonly events: number;
  readonly eventBytes: number;
  readonly last: number;
}

/**
 * What is left of segments whose events must go: what the agent stated of itself, since it says where the holes are,
 * and a note of what was dropped. If the statements alone are too many, they go as well.
 *
 * @param delivered the number up to which everything was delivered: that is neither kept nor counted
 * @param noteNumber of the note: behind the last event of the segments
 */
export function squeeze(
  segments: readonly { readonly number: number; readonly content: Buffer }[],
  delivered: number,
  noteNumber: number,
  maxStatementBytes: number,
): Squeezed {
  const dropped = new DropCount();
  const statements: { readonly record: Buffer; readonly drop: () => void }[] = [];
  for (const { content } of segments) {
    let start = 0;
    for (const record of recordsOf(content)) {
      const bytes = content.subarray(start, record.end);
      start = record.end;
      if (record.number <= delivered) continue;
      if (record.kind === 'dropped') for (const drop of dropsOf(record)) dropped.add(drop);
      if (record.kind !== 'event') continue;
      const event = eventOf(record);
      const drop = () => dropped.addEvent(event, 'spool-full');
      if (event.source === 'agent') statements.push({ record: bytes, drop });
      else drop();
    }
  }
  let eventBytes = statements.reduce((sum, { record }) => sum + record.length, 0);
  if (eventBytes > maxStatementBytes) {
    for (const { drop } of statements.splice(0)) drop();
    eventBytes = 0;
  }
  const squeezedFrom = segments[0]?.number ?? 0;
  return {
    content: Buffer.concat([
      encodeHeader({ squeezedFrom }),
      // The newest cursor may have been among what is rewritten here.
      encodeRecord('cursor', delivered, ''),
      ...statements.map(({ record }) => record),
      encodeRecord('dropped', noteNumber, JSON.stringify(dropped.take())),
    ]),
    events: statements.length,
    eventBytes,
    last: noteNumber,
  };
}
