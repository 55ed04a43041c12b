import { formatDuration } from '../time.ts';
import type { Candidate } from './node-restarts.ts';
import { KILL_WAYS, type KillWay, MASS_KILL } from './rules.ts';
import { chainsOf, type Finding, podCount, spreadMs, tell } from './told.ts';

/** Containers of many pods that someone ended in one go; the rule is in `rules.ts`. */
export function findMassKills(node: string | null, candidates: readonly Candidate[]): Finding[] {
  const byWay = Map.groupBy(candidates, ({ restart }) => KILL_WAYS[restart.cause]);
  return [...byWay].flatMap(([way, some]) => {
    if (way === undefined) return [];
    return chainsOf(some, ({ struckAt }) => struckAt, MASS_KILL.apartMs[way]).flatMap((members) =>
      podCount(members) < MASS_KILL.minPods
        ? []
        : tell({
            kind: 'mass-kill',
            node,
            candidates: members,
            explain: (who) =>
              `Someone, or a program, ${SAID[way]} ${who}${sayThrough(members)} ${sayHowLong(spreadMs(members))}, without the kubelet asking for it.`,
          }),
    );
  });
}

const SAID: Readonly<Record<KillWay, string>> = {
  killed: 'killed',
  removed: 'force-removed',
  stopped: 'stopped',
};

/** Docker alone tells of the request itself; elsewhere it can have been a program that did without the runtime. */
function sayThrough(members: readonly Candidate[]): string {
  return members.every(({ runtime }) => runtime === 'docker') ? ' through Docker' : '';
}

function sayHowLong(ms: number): string {
  return ms === 0 ? 'at one moment' : `within ${formatDuration(ms)}`;
}
