import type { AgentEvent, WatchedSource } from '../contract/agent-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import type { Gap } from '../contract/timeline.ts';
import { compareTimes } from '../time.ts';

/** A watched stretch, and why it ended; `to` is absent while it lasts. */
interface Stretch {
  from: Timestamp;
  to?: Timestamp;
  endReason?: string;
  /** Something was lost right before: what was watched until then does not join on to this. */
  afterLoss?: boolean;
}

/** What of a pod's life was watched, by source. */
export interface Coverage {
  /** Whether the source was watched from `from` to `to` without a break. */
  covers(source: WatchedSource, from: Timestamp, to: Timestamp): boolean;
  /** The breaks between `from` and `to`; an absent `to` means that life goes on. */
  gaps(source: WatchedSource, from: Timestamp, to: Timestamp | undefined): Gap[];
  /** The stretches between two watched ones that were not watched for this reason. */
  breaks(
    source: WatchedSource,
    reason: string,
  ): readonly { readonly from: Timestamp; readonly to: Timestamp }[];
  /** Where the watched stretch begins in which `at` lies; undefined if it lies in none. */
  watchedSince(source: WatchedSource, at: Timestamp): Timestamp | undefined;
  /** Whether anything at all was said of watching this source. */
  mentions(source: WatchedSource): boolean;
}

/**
 * Reads the recorder's statements about itself.
 *
 * @param node the pod's node: statements of agents of other nodes do not speak of this pod
 */
export function readCoverage(statements: readonly AgentEvent[], node: string | undefined): Coverage {
  const bySource = new Map<WatchedSource, AgentEvent[]>();
  for (const statement of statements) {
    if (!speaksOf(statement, node)) continue;
    const list = bySource.get(statement.watched);
    if (list === undefined) bySource.set(statement.watched, [statement]);
    else list.push(statement);
  }
  const watched = new Map<WatchedSource, Stretch[]>();
  for (const [source, list] of bySource) watched.set(source, union(stretches(list)));
  const stretchesOf = (source: WatchedSource) => watched.get(source) ?? [];
  return {
    covers: (source, from, to) =>
      stretchesOf(source).some(
        (stretch) =>
          compareTimes(stretch.from, from) <= 0 &&
          (stretch.to === undefined || compareTimes(to, stretch.to) <= 0),
      ),
    gaps: (source, from, to) => complement(source, stretchesOf(source), from, to),
    breaks: (source, reason) =>
      stretchesOf(source).flatMap(({ to, endReason }, index, all) => {
        const next = all[index + 1];
        return to === undefined || next === undefined || endReason !== reason
          ? []
          : [{ from: to, to: next.from }];
      }),
    watchedSince: (source, at) =>
      stretchesOf(source).find(
        ({ from, to }) => compareTimes(from, at) <= 0 && (to === undefined || compareTimes(at, to) <= 0),
      )?.from,
    mentions: (source) => bySource.has(source),
  };
}

/** A node's agent speaks of its node; the cluster role watches only those pods that have no node yet. */
function speaksOf(statement: AgentEvent, node: string | undefined): boolean {
  const { agent, watched } = statement;
  if (agent.node !== undefined && agent.role === 'node') return agent.node === node;
  if (watched === 'docker' || watched === 'cri')
    return agent.node === undefined || node === undefined || agent.node === node;
  if (watched === 'pod' && agent.role === 'cluster') return node === undefined;
  return true;
}

function stretches(statements: readonly AgentEvent[]): Stretch[] {
  const byInstance = new Map<string, AgentEvent[]>();
  for (const statement of statements) {
    const list = byInstance.get(statement.agent.instance);
    if (list === undefined) byInstance.set(statement.agent.instance, [statement]);
    else list.push(statement);
  }
  const found: Stretch[] = [];
  for (const [instance, list] of byInstance) {
    list.sort((a, b) => a.sequence - b.sequence);
    const own = stretchesOfInstance(list.filter(({ type }) => type !== 'events-dropped'));
    const open = own.at(-1);
    if (open !== undefined && open.to === undefined) closeIfSucceeded(open, list, instance, statements);
    // What was dropped is told later, and perhaps by the next instance: the spool outlives the one that filled it.
    const drops = statements.filter((one) => one.type === 'events-dropped' && hasSameDuty(one, list[0]));
    found.push(...drops.reduce(cutOut, own));
  }
  return found;
}

function hasSameDuty({ agent }: AgentEvent, other: AgentEvent | undefined): boolean {
  return agent.role === other?.agent.role && agent.node === other.agent.node;
}

/** The stretches without what was watched and then lost. */
function cutOut(all: Stretch[], { from, to, reason }: AgentEvent): Stretch[] {
  if (from === undefined || to === undefined) return all;
  return all.flatMap((stretch) => {
    const endsBefore = stretch.to !== undefined && compareTimes(stretch.to, from) < 0;
    if (endsBefore || compareTimes(to, stretch.from) < 0) return [stretch];
    const parts: Stretch[] = [];
    if (compareTimes(stretch.from, from) <= 0) {
      parts.push({ ...stretch, to: from, endReason: reason ?? 'events-dropped' });
    }
    if (stretch.to === undefined || compareTimes(to, stretch.to) <= 0) {
      parts.push({ ...stretch, from: to, afterLoss: true });
    }
    return parts;
  });
}

function stretchesOfInstance(statements: readonly AgentEvent[]): Stretch[] {
  const own: Stretch[] = [];
  for (const { type, from, to, reason } of statements) {
    const open = own.at(-1)?.to === undefined ? own.at(-1) : undefined;
    const closed = own.at(-1);
    if (open !== undefined && from !== undefined && type !== 'recording-began') {
      open.to = from;
      open.endReason = reason ?? type;
    } else if (type === 'gap-closed' && closed !== undefined && closed.to === from && reason !== undefined) {
      // Only at the end is it known what the gap was: a restarted runtime looks like an unreachable one at first.
      closed.endReason = reason;
    }
    if (to === undefined || (open !== undefined && open.to === undefined)) continue;
    own.push({ from: to });
  }
  return own;
}

/**
 * An instance that was killed could not say so. It is known to have ended when a later one of the same duty began:
 * at the moment which that one names, else at its own last word.
 */
function closeIfSucceeded(
  open: Stretch,
  own: readonly AgentEvent[],
  instance: string,
  all: readonly AgentEvent[],
): void {
  const first = own[0];
  const lastWord = own.at(-1)?.occurredAt;
  if (first === undefined || lastWord === undefined) return;
  const successor = all
    .filter(
      (other) =>
        other.type === 'recording-began' &&
        other.agent.instance !== instance &&
        other.agent.role === first.agent.role &&
        other.agent.node === first.agent.node &&
        compareTimes(other.occurredAt, lastWord) > 0,
    )
    .sort((a, b) => compareTimes(a.occurredAt, b.occurredAt))[0];
  if (successor === undefined) return;
  open.to =
    successor.from !== undefined && compareTimes(successor.from, open.from) > 0 ? successor.from : lastWord;
  open.endReason = 'agent-restarted';
}

/** Overlapping stretches of several agents as one list without overlaps, in order of time. */
function union(all: Stretch[]): Stretch[] {
  all.sort((a, b) => compareTimes(a.from, b.from));
  const merged: Stretch[] = [];
  for (const stretch of all) {
    const before = merged.at(-1);
    if (before === undefined || isApart(before, stretch)) {
      merged.push({ ...stretch });
    } else if (
      before.to !== undefined &&
      (stretch.to === undefined || compareTimes(stretch.to, before.to) > 0)
    ) {
      delete before.to;
      delete before.endReason;
      if (stretch.to !== undefined) before.to = stretch.to;
      if (stretch.endReason !== undefined) before.endReason = stretch.endReason;
    }
  }
  return merged;
}

function isApart(before: Stretch, after: Stretch): boolean {
  if (before.to === undefined) return false;
  const order = compareTimes(before.to, after.from);
  return order < 0 || (order === 0 && after.afterLoss === true);
}

function complement(
  source: WatchedSource,
  watched: readonly Stretch[],
  from: Timestamp,
  to: Timestamp | undefined,
): Gap[] {
  if (watched.length === 0) return [{ source, from, to: to ?? null, reason: 'not-watched' }];
  const gaps: Gap[] = [];
  let known: Timestamp | undefined = from;
  let reason = 'before-recording';
  for (const stretch of watched) {
    if (known === undefined || (to !== undefined && compareTimes(stretch.from, to) >= 0)) break;
    const unwatched = compareTimes(known, stretch.from);
    if (unwatched < 0 || (unwatched === 0 && stretch.afterLoss === true && known !== from))
      gaps.push({ source, from: known, to: stretch.from, reason });
    if (stretch.to !== undefined && compareTimes(stretch.to, known) <= 0) {
      reason = stretch.endReason ?? reason;
      continue;
    }
    known = stretch.to;
    reason = stretch.endReason ?? 'not-watched';
  }
  if (known !== undefined && (to === undefined || compareTimes(known, to) < 0)) {
    gaps.push({ source, from: known, to: to ?? null, reason });
  }
  return gaps;
}
