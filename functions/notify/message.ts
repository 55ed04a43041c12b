import type { RestartRecord } from '../../timeline/contract/report.ts';
import { formatDuration } from '../../timeline/time.ts';
import type { Occasion } from './occasion.ts';

/** What a target is told, in no format yet. */
export interface Message {
  readonly kind: 'restart' | 'crash-loop' | 'incident';
  readonly rule: string;
  readonly title: string;
  readonly text: string;
  /** Where the timeline is. */
  readonly url: string;
  /** The restart that gave occasion for it, the newest where there are several. */
  readonly restart: RestartRecord;
  /** How many restarts it is about, and of how many pods. */
  readonly restarts: number;
  readonly pods: number;
}

/** Pods that are named in the account of an incident. */
const MAX_NAMED = 5;
const MAX_NAME = 80;

/**
 * The message of an occasion.
 *
 * @param explanation of its newest restart, as the timeline has it; undefined if it could not be had
 * @param baseUrl where people open podlapse
 */
export function messageOf(occasion: Occasion, explanation: string | undefined, baseUrl: string): Message {
  const { rule, restarts } = occasion;
  const restart = newestOf(occasion);
  const pods = new Map(restarts.map((each) => [each.pod.uid, each]));
  const said = {
    restart: sayRestart,
    'crash-loop': sayLoop,
    incident: sayIncident,
  }[rule.on](restart, restarts, [...pods.values()]);
  return {
    kind: rule.on,
    rule: rule.name,
    title: said.title,
    text: [said.text, explanation?.trim() || sayRecord(restart)].filter((part) => part !== '').join(' '),
    url: linkTo(restart, rule.on, baseUrl),
    restart,
    restarts: restarts.length,
    pods: pods.size,
  };
}

/** The restart whose explanation stands for the occasion. */
export function newestOf({ restarts }: Occasion): RestartRecord {
  const newest = restarts.at(-1);
  if (newest === undefined) throw new Error('an occasion without restarts');
  return newest;
}

interface Said {
  readonly title: string;
  readonly text: string;
}

function sayRestart(restart: RestartRecord): Said {
  const uncounted = restart.counted ? '' : ', which Kubernetes did not count';
  return { title: `${sayContainer(restart)} restarted: ${restart.cause}${uncounted}`, text: '' };
}

function sayLoop(restart: RestartRecord, restarts: readonly RestartRecord[]): Said {
  const title = `${sayContainer(restart)} is crash looping: ${restarts.length} restarts within ${spanOf(restarts)}`;
  return { title, text: 'The latest:' };
}

function sayIncident(
  restart: RestartRecord,
  restarts: readonly RestartRecord[],
  pods: readonly RestartRecord[],
): Said {
  const node = `node ${short(restart.node ?? '')} of ${restart.cluster}`;
  const named = pods
    .slice(0, MAX_NAMED)
    .map(({ namespace, pod }) => `${short(namespace)}/${short(pod.name)}`);
  const others = pods.length > MAX_NAMED ? ` and ${pods.length - MAX_NAMED} more` : '';
  return {
    title: `${pods.length} pods on ${node} restarted within ${spanOf(restarts)}: ${restart.cause}`,
    text: `So far ${named.join(', ')}${others}. One of them:`,
  };
}

/** Where the timeline is out of reach: what the record itself says. */
function sayRecord({ cause, counted, downtimeMs, at }: RestartRecord): string {
  const down = downtimeMs === null ? '' : ` It was down for ${formatDuration(downtimeMs)}.`;
  const count = counted ? 'Kubernetes counted it.' : 'Kubernetes did not count it.';
  return `Restarted at ${at}, cause ${cause}.${down} ${count}`;
}

function sayContainer({ cluster, namespace, pod, container }: RestartRecord): string {
  return `${short(container)} of ${short(namespace)}/${short(pod.name)} in ${cluster}`;
}

function spanOf(restarts: readonly RestartRecord[]): string {
  const times = restarts.map(({ at }) => Date.parse(at));
  const ms = Math.max(...times) - Math.min(...times);
  return ms < 1_000 ? 'a second' : formatDuration(ms);
}

/** Names are the cluster's own words: without what could break a line, and no longer than is read. */
function short(name: string): string {
  const clean = name.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
  return clean.length > MAX_NAME ? `${clean.slice(0, MAX_NAME - 1)}…` : clean;
}

/** The page's view of the pod; of the node, for what befell several pods. */
function linkTo({ cluster, pod, node }: RestartRecord, kind: Message['kind'], baseUrl: string): string {
  const [view, query] =
    kind === 'incident' && node !== null
      ? (['node', { cluster, node: node.toWellFormed() }] as const)
      : (['pod', { cluster, uid: pod.uid.toWellFormed() }] as const);
  return `${baseUrl}/${view}?${new URLSearchParams(query).toString()}`;
}
