import type { RestartRecord } from '../../timeline/contract/report.ts';
import { CRASH_LOOP } from '../../timeline/patterns/rules.ts';
import type { Filters, Rule } from './notifications.ts';

/** Something to tell: what a rule finds in a restart and those around it. */
export interface Occasion {
  readonly rule: Rule;
  /** What it is about: of one subject a rule tells once, or once in `quietMs`. */
  readonly subject: string;
  /** When it was: the restart's moment. */
  readonly at: string;
  /** For how long the rule then says no more of this subject; undefined: for ever. */
  readonly quietMs: number | undefined;
  /** The restarts that it is made of, oldest first. */
  readonly restarts: readonly RestartRecord[];
}

/** The restarts around one, itself among them. */
export interface Around {
  /** Of its container. */
  readonly ofContainer: readonly RestartRecord[];
  /** On its node. */
  readonly onNode: readonly RestartRecord[];
}

const DEFAULTS = {
  /** As a pattern of the timeline has it. */
  loopRestarts: CRASH_LOOP.minRestarts,
  loopWithinMinutes: 10,
  loopQuietMinutes: 60,
  incidentPods: 3,
  incidentWithinSeconds: 60,
  incidentQuietMinutes: 30,
} as const;

/** How far around a restart the rules look. */
export interface Reach {
  readonly ofContainerMs: number;
  readonly onNodeMs: number;
}

/** How far the rules that may concern a restart look; zero where none does. */
export function reachOf(rules: readonly Rule[], record: RestartRecord): Reach {
  const reach = { ofContainerMs: 0, onNodeMs: 0 };
  for (const rule of rules) {
    if (!lets(rule, record)) continue;
    if (rule.on === 'crash-loop') reach.ofContainerMs = Math.max(reach.ofContainerMs, loopWithinMs(rule));
    if (rule.on === 'incident' && record.node !== null)
      reach.onNodeMs = Math.max(reach.onNodeMs, incidentWithinMs(rule));
  }
  return reach;
}

/**
 * What the rules find in a restart. It depends on the set of restarts alone, not on their order: a loop or an incident
 * is found with every restart that is part of it.
 *
 * Who is told of a loop or an incident is not told of its restarts one by one, as far as they are found together.
 */
export function occasionsOf(
  rules: readonly Rule[],
  record: RestartRecord,
  around: Around,
): readonly Occasion[] {
  const gathered = rules.flatMap((rule): Occasion[] => {
    if (!lets(rule, record)) return [];
    const found =
      rule.on === 'crash-loop'
        ? loopOf(rule, record, around.ofContainer)
        : rule.on === 'incident'
          ? incidentOf(rule, record, around.onNode)
          : undefined;
    return found === undefined ? [] : [found];
  });
  const told = new Set(gathered.flatMap(({ rule }) => rule.to));
  const single = rules.flatMap((rule): Occasion[] => {
    if (rule.on !== 'restart' || !lets(rule, record)) return [];
    const to = rule.to.filter((target) => !told.has(target));
    if (to.length === 0) return [];
    const subject = restartIdentity(record);
    return [{ rule: { ...rule, to }, subject, at: record.at, quietMs: undefined, restarts: [record] }];
  });
  return [...gathered, ...single];
}

/**
 * What a restart is known by, however its record is rewritten: its key in the index begins with its time, which may be
 * seen more exactly later; the new run's container ID never changes.
 */
function restartIdentity({ cluster, pod, container, to }: RestartRecord): string {
  return JSON.stringify(['restart', cluster, pod.uid, container, to]);
}

function loopOf(
  rule: Extract<Rule, { on: 'crash-loop' }>,
  record: RestartRecord,
  ofContainer: readonly RestartRecord[],
): Occasion | undefined {
  const least = rule.restarts ?? DEFAULTS.loopRestarts;
  const restarts = crowdAround(
    record,
    ofContainer.filter((other) => sameContainer(record, other) && lets(rule, other)),
    loopWithinMs(rule),
    (some) => some.length >= least,
  );
  if (restarts === undefined) return undefined;
  return {
    rule,
    subject: JSON.stringify(['crash-loop', record.cluster, record.pod.uid, record.container]),
    at: record.at,
    quietMs: (rule.quietMinutes ?? DEFAULTS.loopQuietMinutes) * 60_000,
    restarts,
  };
}

function incidentOf(
  rule: Extract<Rule, { on: 'incident' }>,
  record: RestartRecord,
  onNode: readonly RestartRecord[],
): Occasion | undefined {
  if (record.node === null) return undefined;
  const least = rule.pods ?? DEFAULTS.incidentPods;
  const restarts = crowdAround(
    record,
    onNode.filter(
      (other) =>
        other.cluster === record.cluster &&
        other.node === record.node &&
        other.cause === record.cause &&
        lets(rule, other),
    ),
    incidentWithinMs(rule),
    (some) => new Set(some.map(({ pod }) => pod.uid)).size >= least,
  );
  if (restarts === undefined) return undefined;
  return {
    rule,
    subject: JSON.stringify(['incident', record.cluster, record.node, record.cause]),
    at: record.at,
    quietMs: (rule.quietMinutes ?? DEFAULTS.incidentQuietMinutes) * 60_000,
    restarts,
  };
}

/**
 * All that lie within `withinMs` of each other and of the record and are enough; undefined if no such stretch of time
 * is.
 */
function crowdAround(
  record: RestartRecord,
  others: readonly RestartRecord[],
  withinMs: number,
  isEnough: (some: readonly RestartRecord[]) => boolean,
): readonly RestartRecord[] | undefined {
  const atMs = Date.parse(record.at);
  const sorted = others
    .map((other) => ({ other, ms: Date.parse(other.at) }))
    .filter(({ ms }) => Math.abs(ms - atMs) <= withinMs)
    .sort((a, b) => a.ms - b.ms || (restartIdentity(a.other) < restartIdentity(b.other) ? -1 : 1));
  const crowd = new Set<RestartRecord>();
  // Each of them that is not after the record begins a stretch that reaches to the record, by the filter above.
  for (const { ms: fromMs } of sorted) {
    if (fromMs > atMs) break;
    const some = sorted.filter(({ ms }) => ms >= fromMs && ms <= fromMs + withinMs);
    const restarts = some.map(({ other }) => other);
    if (isEnough(restarts)) for (const restart of restarts) crowd.add(restart);
  }
  if (crowd.size === 0) return undefined;
  return sorted.map(({ other }) => other).filter((other) => crowd.has(other));
}

function sameContainer(a: RestartRecord, b: RestartRecord): boolean {
  return a.cluster === b.cluster && a.pod.uid === b.pod.uid && a.container === b.container;
}

function loopWithinMs(rule: Extract<Rule, { on: 'crash-loop' }>): number {
  return (rule.withinMinutes ?? DEFAULTS.loopWithinMinutes) * 60_000;
}

function incidentWithinMs(rule: Extract<Rule, { on: 'incident' }>): number {
  return (rule.withinSeconds ?? DEFAULTS.incidentWithinSeconds) * 1_000;
}

/** Whether a restart passes the filters of a rule. A loop is of ends that the container itself brings on, by default. */
export function lets(rule: Rule, record: RestartRecord): boolean {
  const { clusters, namespaces, workloads, causes, counted }: Filters = rule;
  return (
    isAmong(clusters, record.cluster) &&
    isAmong(namespaces, record.namespace) &&
    isAmong(workloads, `${record.workload.kind}/${record.workload.name}`) &&
    (causes === undefined
      ? rule.on !== 'crash-loop' || CRASH_LOOP.causes.has(record.cause)
      : causes.includes(record.cause)) &&
    (counted === undefined || counted === record.counted)
  );
}

function isAmong(patterns: readonly string[] | undefined, text: string): boolean {
  return (
    patterns === undefined ||
    patterns.some((pattern) =>
      pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern,
    )
  );
}
