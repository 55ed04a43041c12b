import type { Incident, IncidentKind, IncidentMember, NodePod } from '../contract/incident.ts';
import type { Timestamp } from '../contract/primitives.ts';
import { hedge } from '../hedge.ts';
import { compareText } from '../text-order.ts';
import { compareTimes, earliest, latest, millisBetween } from '../time.ts';
import type { Candidate } from './node-restarts.ts';

/** An incident, and the restarts that it tells. */
export interface Finding {
  readonly incident: Incident;
  readonly candidates: readonly Candidate[];
}

/** A pod that ended as a whole. */
export interface EndedPod {
  readonly pod: NodePod;
  readonly at: Timestamp;
}

/** What bears witness: its id, and the moments that it names. */
export interface Testimony {
  readonly id: string;
  readonly times: readonly Timestamp[];
}

export interface Told {
  readonly kind: IncidentKind;
  readonly node: string | null;
  readonly candidates: readonly Candidate[];
  readonly ended?: readonly EndedPod[];
  readonly testimonies?: readonly Testimony[];
  /** The sentence, given who the members are in words: `5 containers of 3 pods`, or `at least` so many. */
  readonly explain: (who: string) => string;
}

/** Puts an incident together; undefined if none of its parts names a time. */
export function tell({ kind, node, candidates, ended = [], testimonies = [], explain }: Told): Finding[] {
  const members: IncidentMember[] = [
    ...candidates.map(({ pod, index, restart }) => ({
      pod,
      container: restart.container,
      restart: index,
      at: restart.at,
    })),
    ...ended.map(({ pod, at }) => ({ pod, container: null, restart: null, at })),
  ];
  const times = [
    ...testimonies.flatMap(({ times: named }) => named),
    ...candidates.flatMap(({ struckAt, endedAt, restart }) => [struckAt, endedAt, restart.at ?? undefined]),
    ...ended.map(({ at }) => at),
  ].filter((time) => time !== undefined);
  const from = times.reduce<Timestamp | undefined>((first, time) => earliest(first, time), undefined);
  const to = times.reduce<Timestamp | undefined>((last, time) => latest(last, time), undefined);
  if (from === undefined || to === undefined) return [];
  const evidence = new Set([
    ...testimonies.map(({ id }) => id),
    // Of each restart the first: a restart's evidence begins with what ended the old run, and the rest is in its timeline.
    ...candidates.flatMap(({ restart }) => restart.evidence.slice(0, 1)),
  ]);
  const pods = new Set(members.map(({ pod }) => pod.uid)).size;
  const gaps = new Set(candidates.flatMap((candidate) => candidate.gaps));
  const atLeast = hedge([...gaps], from, to);
  return [
    {
      incident: {
        kind,
        node,
        from,
        to,
        members: members.sort(compareMembers),
        explanation: explain(atLeast + sayWho(candidates.length, ended.length, pods)),
        evidence: [...evidence],
      },
      candidates,
    },
  ];
}

/** Cuts a list, which is in order of time, wherever two neighbours lie further apart than `apartMs`. */
export function chainsOf(
  candidates: readonly Candidate[],
  momentOf: (candidate: Candidate) => Timestamp | undefined,
  apartMs: number,
): Candidate[][] {
  const chains: Candidate[][] = [];
  let before: number | undefined;
  const moments = candidates
    .flatMap((candidate) => {
      const moment = momentOf(candidate);
      return moment === undefined ? [] : [{ candidate, moment }];
    })
    .sort((a, b) => compareTimes(a.moment, b.moment));
  for (const { candidate, moment } of moments) {
    const at = Date.parse(moment);
    if (before !== undefined && at - before <= apartMs) chains.at(-1)?.push(candidate);
    else chains.push([candidate]);
    before = at;
  }
  return chains;
}

export function podCount(candidates: readonly Candidate[]): number {
  return new Set(candidates.map(({ pod }) => pod.uid)).size;
}

/** How far apart the first and the last of them were struck. */
export function spreadMs(members: readonly Candidate[]): number {
  const [first, last] = [members[0]?.struckAt, members.at(-1)?.struckAt];
  return first === undefined || last === undefined ? 0 : Math.max(0, millisBetween(first, last));
}

function compareMembers(a: IncidentMember, b: IncidentMember): number {
  return (
    compareTimes(a.at ?? '9999-12-31T23:59:59Z', b.at ?? '9999-12-31T23:59:59Z') ||
    compareText(a.pod.namespace, b.pod.namespace) ||
    compareText(a.pod.name, b.pod.name) ||
    compareText(a.pod.uid, b.pod.uid) ||
    (a.restart ?? -1) - (b.restart ?? -1)
  );
}

function sayWho(restarts: number, ended: number, pods: number): string {
  if (restarts === 0) return many(ended, 'pod');
  const containers = `${many(restarts, 'container')} of ${many(pods - ended, 'pod')}`;
  return ended === 0 ? containers : `${many(ended, 'pod')}, and ${containers}`;
}

function many(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
