import { eventId, type RecordedEvent, recordedEvent } from '../../timeline/contract/event.ts';
import { LIMITS } from '../../timeline/contract/limits.ts';
import { reasonOf } from './issue-reason.ts';
import { findJsonFault } from './json-fault.ts';
import { nestsDeeper } from './json-depth.ts';
import { parseJson } from './parse-json.ts';
import { Problem } from './problem.ts';

/** An event of a batch that cannot be taken, by its index in the batch. */
export interface Rejection {
  readonly index: number;
  /** As the event has it; null where it has none that is text. */
  readonly id: string | null;
  readonly reason: string;
}

export interface Batch {
  readonly events: readonly RecordedEvent[];
  readonly rejected: readonly Rejection[];
}

export type BatchForm = 'ndjson' | 'envelope';

/**
 * The events of a body, each judged by itself: a bad one is rejected with a reason that names the field, and the
 * others are kept. Only a body that cannot be divided into events at all is a Problem.
 *
 * @param form `ndjson`: an event on each line, blank lines aside; `envelope`: `{"events": […]}`; undefined: whichever
 *   it looks like.
 */
export function parseBatch(body: string, form: BatchForm | undefined): Batch {
  const asEnvelope = form === 'envelope' || (form === undefined && looksLikeEnvelope(body));
  return asEnvelope ? parseEnvelope(body) : parseLines(body);
}

/** A JSON text whose first key is `events`, as no event's is. */
function looksLikeEnvelope(body: string): boolean {
  return /^\s*\{\s*"events"\s*:/.test(body);
}

function parseLines(body: string): Batch {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  requireAtMost(lines.length);
  return judge(lines, (line) => {
    if (nestsDeeper(line, LIMITS.eventDepth)) return tooDeep();
    try {
      return { value: JSON.parse(line), bytes: Buffer.byteLength(line) };
    } catch {
      return { reason: `is not valid JSON (position ${findJsonFault(line)?.position ?? 1} of its line)` };
    }
  });
}

function parseEnvelope(body: string): Batch {
  // Two levels of the envelope itself. Deeper nesting would cost memory for nothing, so nothing of it is parsed.
  if (nestsDeeper(body, LIMITS.eventDepth + 2)) {
    throw new Problem(
      'malformed-body',
      `The body nests deeper than an event's ${LIMITS.eventDepth} levels (eventDepth); as NDJSON, the other events would have been kept.`,
      { members: { limit: 'eventDepth' } },
    );
  }
  const values = eventsIn(parseJson(body));
  requireAtMost(values.length);
  const measure = body.length > LIMITS.eventBytes;
  return judge(values, (value) => {
    return measure ? { value, bytes: Buffer.byteLength(JSON.stringify(value)) } : { value };
  });
}

function eventsIn(envelope: unknown): readonly unknown[] {
  const isObject = typeof envelope === 'object' && envelope !== null;
  if (isObject && 'events' in envelope && Array.isArray(envelope.events)) {
    const others = Object.keys(envelope).filter((key) => key !== 'events');
    if (others.length === 0) return envelope.events;
    throw malformed(`has the unknown field ${JSON.stringify(others[0]?.slice(0, 80))} beside "events"`);
  }
  throw malformed('has no "events" that is an array');
}

function malformed(what: string): Problem {
  return new Problem(
    'malformed-body',
    `The body ${what}; send {"events": […]}, or NDJSON as application/x-ndjson.`,
  );
}

interface Read {
  readonly value?: unknown;
  /** The event's size as JSON, where it can be too large. */
  readonly bytes?: number;
  readonly reason?: string;
}

function judge<T>(entries: readonly T[], read: (entry: T) => Read): Batch {
  const events: RecordedEvent[] = [];
  const rejected: Rejection[] = [];
  for (const [index, entry] of entries.entries()) {
    const { value, bytes = 0, reason } = read(entry);
    const judged = reason ?? validate(value, bytes);
    if (typeof judged === 'string') rejected.push({ index, id: idOf(value), reason: judged });
    else events.push(judged);
  }
  return { events, rejected };
}

/** The event, or why it is none: a field that is too large is named rather than the event that it makes too large. */
function validate(value: unknown, bytes: number): RecordedEvent | string {
  const parsed = recordedEvent.safeParse(value);
  if (!parsed.success) return reasonOf(parsed.error.issues, value);
  if (bytes > LIMITS.eventBytes) return `is more than ${LIMITS.eventBytes} bytes (eventBytes)`;
  const expected = eventId(parsed.data);
  if (parsed.data.id !== expected) return `id: does not follow from the content; it must be "${expected}"`;
  return parsed.data;
}

function idOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  return typeof id === 'string' ? id.slice(0, LIMITS.nameLength) : null;
}

function requireAtMost(count: number): void {
  if (count <= LIMITS.eventsPerBatch) return;
  throw new Problem(
    'too-many-events',
    `The batch holds ${count} events, more than ${LIMITS.eventsPerBatch} (eventsPerBatch); send smaller batches.`,
    { members: { limit: 'eventsPerBatch', limitEvents: LIMITS.eventsPerBatch } },
  );
}

function tooDeep(): Read {
  return { reason: `nests deeper than ${LIMITS.eventDepth} levels (eventDepth)` };
}
