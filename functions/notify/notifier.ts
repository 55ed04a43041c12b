import type { RestartRecord } from '../../timeline/contract/report.ts';
import type { Log } from '../log.ts';
import type { RestartKey } from '../store/keys/restart-key.ts';
import { createLookAround, type LookAround } from './look-around.ts';
import { messageOf, newestOf } from './message.ts';
import type { Notice, NoticeLedger } from './notice-ledger.ts';
import type { Notifications, Target } from './notifications.ts';
import { type Occasion, occasionsOf, reachOf } from './occasion.ts';
import type { RestartReader } from './restart-reader.ts';
import type { Send } from './senders.ts';

/** Restarts of which something was not told, and is to be tried again. */
export type Notify = (keys: readonly RestartKey[], deadlineMs: number) => Promise<Outcome>;

export interface Outcome {
  readonly failed: ReadonlySet<RestartKey>;
  /** Messages that targets took, and that they did not take. */
  readonly sent: number;
  readonly refused: number;
}

export interface NotifierParts {
  readonly notifications: Notifications;
  readonly reader: RestartReader;
  readonly ledger: NoticeLedger;
  readonly send: Send;
  /** Where people open podlapse. */
  readonly baseUrl: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
}

/** What reading, claiming and telling take at the most: with less time left, the rest is for the next try. */
const TELLING_MS = 20_000;

interface Batch {
  readonly lookAround: LookAround;
  readonly deadlineMs: number;
  sent: number;
  refused: number;
}

/**
 * Tells of restarts what the rules find in them, each once. One target that cannot be reached keeps nothing from the
 * others: what failed is named, and the rest of the batch goes on.
 */
export function createNotifier(parts: NotifierParts): Notify {
  const { notifications, reader, ledger, send, baseUrl, clock, log } = parts;
  const targets = new Map(notifications.targets.map((target) => [target.name, target]));

  const isTimeUp = ({ deadlineMs }: Batch) => clock() + TELLING_MS > deadlineMs;

  /** False if the target is to be tried again. */
  const tell = async (
    batch: Batch,
    occasion: Occasion,
    target: Target,
    explain: () => Promise<string | undefined>,
  ): Promise<boolean> => {
    const notice: Notice = {
      rule: occasion.rule.name,
      subject: occasion.subject,
      target: target.name,
      atMs: Date.parse(occasion.at),
      quietMs: occasion.quietMs,
    };
    const claim = await ledger.claim(notice);
    if (claim.state !== 'mine') return claim.state === 'told';
    const about = { rule: notice.rule, target: notice.target, id: claim.id, ...namesOf(newestOf(occasion)) };
    try {
      await send(target, messageOf(occasion, await explain(), baseUrl), claim.id);
    } catch (error) {
      batch.refused += 1;
      log.warn('a notification was not taken; it is tried again', { ...about, error });
      await ledger.giveBack(notice, claim.id);
      return false;
    }
    batch.sent += 1;
    log.info('notified', about);
    await ledger.noteTold(notice, claim.id);
    return true;
  };

  /** False if something of the restart is to be tried again. */
  const tellOf = async (batch: Batch, record: RestartRecord): Promise<boolean> => {
    const { rules } = notifications;
    const around = await batch.lookAround(record, reachOf(rules, record));
    let isDone = true;
    for (const occasion of occasionsOf(rules, record, around)) {
      let explanation: Promise<string | undefined> | undefined;
      const explain = () => (explanation ??= reader.explanation(newestOf(occasion)));
      for (const name of occasion.rule.to) {
        const target = targets.get(name);
        if (target === undefined) continue;
        if (isTimeUp(batch) || !(await tell(batch, occasion, target, explain))) isDone = false;
      }
    }
    return isDone;
  };

  return async (keys, deadlineMs) => {
    const batch: Batch = { lookAround: createLookAround(reader), deadlineMs, sent: 0, refused: 0 };
    const failed = new Set<RestartKey>();
    for (const key of keys) {
      if (isTimeUp(batch)) {
        failed.add(key);
        continue;
      }
      try {
        const record = await reader.read(key);
        const isNews = record !== undefined && clock() - Date.parse(record.at) <= notifications.maxAgeMs;
        if (isNews && !(await tellOf(batch, record))) failed.add(key);
      } catch (error) {
        log.error('a restart could not be looked at; it is tried again', { ...key, error });
        failed.add(key);
      }
    }
    return { failed, sent: batch.sent, refused: batch.refused };
  };
}

function namesOf({ cluster, namespace, pod, container, cause }: RestartRecord) {
  return { cluster, namespace, pod: pod.name, container, cause };
}
