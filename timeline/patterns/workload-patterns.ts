import type { Pattern } from '../contract/pattern.ts';
import type { PodUid, Timestamp } from '../contract/primitives.ts';
import type { Restart } from '../contract/timeline.ts';
import { compareText } from '../text-order.ts';
import { compareTimes, earliest, formatDuration, latest, millisBetween } from '../time.ts';
import { AFTER_DEPLOY } from './rules.ts';
import { sayCauses } from './wording.ts';

/** What is needed of a pod of a workload. */
export interface DeployedPod {
  readonly uid: PodUid;
  /** The pod template's hash; null where the controller sets none. */
  readonly revision: string | null;
  readonly startedAt: Timestamp | null;
}

/** What is needed of a restart in one of its pods. */
export type DeployedRestart = Pick<Restart, 'at' | 'container' | 'cause'> & { readonly pod: PodUid };

interface Found {
  readonly index: number;
  readonly restart: DeployedRestart & { readonly at: Timestamp };
  readonly revision: string;
}

/**
 * The patterns that only the pods of a workload together show: restarts after each of its deploys, one pattern a
 * container at the most. The rule is `AFTER_DEPLOY`; a deploy is a revision, and it has a restart after it if one of
 * its pods restarts that container soon after that pod's start.
 *
 * @returns patterns whose `restarts` are indexes into the given ones
 */
export function findWorkloadPatterns(
  pods: readonly DeployedPod[],
  restarts: readonly DeployedRestart[],
): Pattern[] {
  const podsByUid = new Map(pods.map((pod) => [pod.uid, pod]));
  const revisions = new Set(
    pods.flatMap(({ revision, startedAt }) => (revision === null || startedAt === null ? [] : revision)),
  );
  if (revisions.size < AFTER_DEPLOY.minDeploys) return [];
  const numbered = restarts.map((restart, index) => ({ restart, index }));
  return [...Map.groupBy(numbered, ({ restart }) => restart.container)]
    .flatMap(([container, own]) => {
      const soon = own.flatMap(({ restart, index }) => soonAfterStart(restart, index, podsByUid));
      const later = own.filter(({ restart }) => !AFTER_DEPLOY.causes.has(restart.cause)).length - soon.length;
      const followed = new Set(soon.map(({ revision }) => revision));
      if (followed.size < revisions.size || later >= soon.length) return [];
      const from = soon.reduce<Timestamp | undefined>(
        (first, { restart }) => earliest(first, restart.at),
        undefined,
      );
      const to = soon.reduce<Timestamp | undefined>(
        (last, { restart }) => latest(last, restart.at),
        undefined,
      );
      if (from === undefined || to === undefined) return [];
      const ordered = soon.sort((a, b) => compareTimes(a.restart.at, b.restart.at) || a.index - b.index);
      return [
        {
          kind: 'restart-after-deploy',
          container,
          from,
          to,
          count: revisions.size,
          explanation: `After each of ${revisions.size} deploys the container restarted within ${formatDuration(AFTER_DEPLOY.withinMs)} of a pod's start (${sayCauses(soon.map(({ restart }) => restart))}), and ${later === 0 ? 'at no other time' : `only ${later} times apart from that`}: it may need something at its start that is not there yet.`,
          restarts: ordered.map(({ index }) => index),
        } satisfies Pattern,
      ];
    })
    .sort((a, b) => compareTimes(a.from, b.from) || compareText(a.container ?? '', b.container ?? ''));
}

function soonAfterStart(
  restart: DeployedRestart,
  index: number,
  pods: ReadonlyMap<PodUid, DeployedPod>,
): Found[] {
  const { at, cause } = restart;
  const { revision = null, startedAt = null } = pods.get(restart.pod) ?? {};
  if (at === null || revision === null || startedAt === null || AFTER_DEPLOY.causes.has(cause)) return [];
  const ms = millisBetween(startedAt, at);
  return ms >= 0 && ms <= AFTER_DEPLOY.withinMs ? [{ index, revision, restart: { ...restart, at } }] : [];
}
