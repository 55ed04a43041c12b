import type { LogEvent } from '../../timeline/contract/log-event.ts';
import { LIMITS } from '../../timeline/contract/limits.ts';
import { LOG } from '../allow-list.ts';
import { type Redact, RedactionTimeoutError } from '../redact.ts';
import type { Notes } from './drops.ts';
import { type Raw, readFields } from './readers.ts';

export type TrimmedLog = Omit<LogEvent, 'id' | 'source' | 'occurredAt' | 'observedAt'>;

/** The rules look at no more of a line: what a container writes must not decide how long they take. */
const MAX_LINE_LENGTH = 4_096;
/** A status has whole seconds, and the last words can be stamped a moment after the end. */
const AFTER_END_MS = 1_250;

const ESCAPE = '\u001B';
/** The rest of a terminal's sequence: CSI, OSC, and those of two or three characters. */
const SEQUENCE = /^(?:\[[0-?]{0,32}[ -/]{0,8}[@-~]|\]\P{Cc}{0,1024}\p{Cc}?|[ -/]{0,4}[0-~])/u;
/** What has no face: controls, marks that reorder or hide text, halves of surrogate pairs. A tab has one. */
const FACELESS = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
/** As the kubelet writes it where `timestamps=true` (RFC 3339, in its own zone). */
const STAMPED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ?(.*)$/su;

/**
 * Makes of a log, as the kubelet gave it, the last lines that may leave the cluster: only those of that run, without
 * control characters, redacted, then cut. Undefined where nothing is left. Never throws.
 */
export function trimLog(
  raw: Raw,
  redact: Redact,
  notes: Notes,
): TrimmedLog | { readonly problem: string } | undefined {
  const { pod, container, containerId, startedAt, finishedAt, maxLines, maxBytes, text } = readFields(
    raw,
    LOG,
    notes,
  );
  if (pod?.namespace === undefined) return { problem: 'pod is missing or odd' };
  if (container === undefined) return { problem: 'container is missing or odd' };
  if (containerId === undefined) return { problem: 'containerId is missing or odd' };
  if (finishedAt === undefined) return { problem: 'finishedAt is missing or odd' };
  if (maxLines === undefined || maxBytes === undefined) return { problem: 'its bounds are missing or odd' };
  const said = linesOfRun(
    text ?? '',
    Date.parse(startedAt ?? '1970-01-01T00:00:00Z'),
    Date.parse(finishedAt),
  );
  const plain = said.map(plainLine);
  try {
    const { lines, count: redacted } = redact(plain.map((line) => line.slice(0, MAX_LINE_LENGTH)));
    const tail = lastOf(lines, Math.min(maxLines, LIMITS.logLines), Math.min(maxBytes, LIMITS.logLength));
    if (tail.lines.length === 0) return undefined;
    const truncated = tail.truncated || plain.some((line) => line.length > MAX_LINE_LENGTH);
    return { pod, container, containerId, lines: tail.lines, truncated, redacted };
  } catch (error) {
    if (error instanceof RedactionTimeoutError) return { problem: error.message };
    throw error;
  }
}

/** A line as it would be read: without what moves a cursor, colours text or hides it, which could also hide a secret. */
function plainLine(line: string): string {
  const [first = '', ...rest] = line.split(ESCAPE);
  return [first, ...rest.map((text) => text.replace(SEQUENCE, ''))].join('').replace(FACELESS, '');
}

/** The lines that were written while the run lasted: when it was asked, another may have ended already. */
function linesOfRun(text: string, startedAtMs: number, finishedAtMs: number): string[] {
  return text.split('\n').flatMap((line) => {
    const [, at, said] = STAMPED.exec(line) ?? [];
    if (at === undefined || said === undefined) return [];
    const atMs = Date.parse(at);
    return atMs >= startedAtMs && atMs <= finishedAtMs + AFTER_END_MS ? [said.replace(/\r$/u, '')] : [];
  });
}

/** As many of the last lines as go into the bounds; of a single one that is longer, its beginning. */
function lastOf(
  lines: readonly string[],
  maxLines: number,
  maxBytes: number,
): { readonly lines: string[]; readonly truncated: boolean } {
  const taken: string[] = [];
  let left = maxBytes;
  for (const line of lines.slice(-maxLines).toReversed()) {
    const bytes = Buffer.byteLength(line);
    if (bytes > left) {
      if (taken.length > 0) return { lines: taken.reverse(), truncated: true };
      // Each character takes three bytes at most of those that UTF-16 spells with one unit.
      return { lines: [line.slice(0, Math.floor(maxBytes / 3))], truncated: true };
    }
    left -= bytes;
    taken.push(line);
  }
  return { lines: taken.reverse(), truncated: false };
}
