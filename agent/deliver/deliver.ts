import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { type BatchBounds, readEvent, type RefusedEvent, type Spool } from '../spool/spool.ts';
import type { Answer, Receipt } from './answer.ts';
import { type Compression, encodeBatch } from './encode.ts';
import type { Post } from './post.ts';

/** Why nothing is delivered at the moment. */
export type Trouble = Extract<Answer, { kind: 'unavailable' | 'refused' }>;

/** What delivery tells of itself, each thing once. */
export interface DeliveryReports {
  /** Said when trouble begins, and again only if it becomes one of another kind. */
  trouble(trouble: Trouble): void;
  /** The first batch went through after trouble. */
  recovered(): void;
  /** A batch is durable; `eventAt` gives what was sent at an index of the receipt. */
  stored(receipt: Receipt, eventAt: (index: number) => RecordedEvent | undefined): void;
  /** The API cannot read this one event, however it is sent: it is given up. */
  undeliverable(event: RecordedEvent, problem: string): void;
}

export interface DeliverSettings {
  readonly spool: Spool;
  readonly post: Post;
  readonly clock: Clock;
  readonly random: () => number;
  readonly reports: DeliveryReports;
  readonly bounds: BatchBounds;
  readonly compression: Compression;
}

export interface Delivery {
  /** Delivers until `signal` is aborted; then what is still in the spool stays there. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves as soon as the spool is empty, or `signal` is aborted. */
  settled(signal: AbortSignal): Promise<void>;
}

/**
 * 0.5 s doubling to 30 s, evenly from 0: one request in 15 s on average once the ceiling is reached, so that a
 * thousand agents cost a returning API 67 requests a second.
 */
const UNAVAILABLE = { baseMs: 500, maxMs: 30_000 };
/** For what only a person ends: 5 s doubling to two minutes. */
const REFUSED = { baseMs: 5_000, maxMs: 120_000 };
/** A server may ask for patience, but not for ever. */
const MAX_RETRY_AFTER_MS = 600_000;

/** Empties the spool into the API, one request at a time; an event leaves it only when the API has named its fate. */
export function createDelivery(settings: DeliverSettings): Delivery {
  const { spool, post, clock, random, reports, bounds, compression } = settings;
  let troubled: string | undefined;
  let progressed = Promise.withResolvers<void>();

  /** Repeats until the API says something about the batch itself; undefined once `signal` is aborted. */
  const postUntilJudged = async (
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<Exclude<Answer, Trouble> | undefined> => {
    const body = await encodeBatch(texts, compression);
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const answer = await post(body, signal);
      if (answer.kind !== 'unavailable' && answer.kind !== 'refused') {
        if (troubled !== undefined) reports.recovered();
        troubled = undefined;
        return answer;
      }
      if (signal.aborted) return undefined;
      const what = answer.kind === 'refused' ? `refused ${answer.status}` : answer.kind;
      if (troubled !== what) reports.trouble(answer);
      troubled = what;
      await clock.sleep(waitMs(answer, attempt, random), signal);
    }
    return undefined;
  };

  /**
   * Sends all of it, cutting what is too large or unreadable in halves, down to the single event that is to blame.
   * Gives the events that were refused for good; undefined once `signal` is aborted.
   */
  const deliverAll = async (
    batch: readonly string[],
    signal: AbortSignal,
  ): Promise<RefusedEvent[] | undefined> => {
    const refused: RefusedEvent[] = [];
    const parts: (readonly string[])[] = [batch];
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const answer = await postUntilJudged(part, signal);
      if (answer === undefined) return undefined;
      if (answer.kind === 'stored') {
        const eventAt = eventsOf(part);
        reports.stored(answer.receipt, eventAt);
        for (const { index, reason } of answer.receipt.rejected) {
          const event = eventAt(index);
          if (event !== undefined) refused.push({ event, reason });
        }
        continue;
      }
      const first = eventsOf(part)(0);
      if (part.length === 1 && first !== undefined) {
        const reason = answer.kind === 'unreadable' ? answer.problem : 'it is too large';
        reports.undeliverable(first, reason);
        refused.push({ event: first, reason });
        continue;
      }
      const half = Math.ceil(part.length / 2);
      parts.push(part.slice(half), part.slice(0, half));
    }
    return refused;
  };

  return {
    async run(signal) {
      for (;;) {
        const batch = await spool.next(bounds, signal);
        if (batch === undefined) return;
        const refused = await deliverAll(batch.texts, signal);
        if (refused === undefined) return;
        await batch.done(refused);
        progressed.resolve();
        progressed = Promise.withResolvers<void>();
      }
    },
    async settled(signal) {
      const aborted = Promise.withResolvers<void>();
      const onAbort = () => aborted.resolve();
      signal.addEventListener('abort', onAbort);
      while (spool.size.events > 0 && !signal.aborted)
        await Promise.race([progressed.promise, aborted.promise]);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

function eventsOf(texts: readonly string[]): (index: number) => RecordedEvent | undefined {
  return (index) => {
    const text = texts[index];
    return text === undefined ? undefined : readEvent(text);
  };
}

function waitMs(trouble: Trouble, attempt: number, random: () => number): number {
  if (trouble.kind === 'refused') return backoffMs(attempt, REFUSED, random);
  const asked = Math.min(trouble.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  // What the server asks for is the least; the rest keeps agents apart that were all told the same.
  return asked + backoffMs(attempt, UNAVAILABLE, random);
}
