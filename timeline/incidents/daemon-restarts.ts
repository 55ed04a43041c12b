import type { AgentEvent } from '../contract/agent-event.ts';
import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import { formatDuration } from '../time.ts';
import type { Candidate } from './node-restarts.ts';
import { CHAIN_MS, KUBELET, MIN_MEMBERS } from './rules.ts';
import { chainsOf, type Finding, podCount, tell, type Testimony } from './told.ts';
import type { Witnesses } from './witnesses.ts';

const whenEnded = ({ endedAt, restart }: Candidate) => endedAt ?? restart.at ?? undefined;

/** The restarts of the container runtime of a node that took containers down; the rule is in `rules.ts`. */
export function findRuntimeRestarts(
  node: string | null,
  candidates: readonly Candidate[],
  { runtimeStarts }: Witnesses,
): Finding[] {
  const testimonies = runtimeStarts.map(testimonyOf);
  const caused = candidates.filter(({ restart }) => restart.cause === 'runtime-restarted');
  return chainsOf(caused, whenEnded, CHAIN_MS).flatMap((members) => {
    if (members.length < MIN_MEMBERS) return [];
    return tell({
      kind: 'runtime-restarted',
      node,
      candidates: members,
      testimonies: nearTo(members, testimonies),
      explain: (who) =>
        `The container runtime of the node restarted and took ${who} down with it${sayDowntime(members)}.`,
    });
  });
}

/** The restarts of the kubelet of a node upon which containers were started anew; the rule is in `rules.ts`. */
export function findKubeletRestarts(
  node: string | null,
  candidates: readonly Candidate[],
  { kubeletStarts }: Witnesses,
): Finding[] {
  const starts = kubeletStarts.map(({ occurredAt }) => Date.parse(occurredAt));
  const followsStart = (candidate: Candidate) => {
    const ended = whenEnded(candidate);
    if (ended === undefined) return false;
    const moment = Date.parse(ended);
    return starts.some((start) => moment >= start && moment - start <= KUBELET.syncMs);
  };
  const caused = candidates.filter(
    (candidate) =>
      candidate.restart.cause === 'kubelet-restarted' ||
      (candidate.restart.cause === 'spec-changed' && followsStart(candidate)),
  );
  return chainsOf(caused, whenEnded, CHAIN_MS).flatMap((members) => {
    const said = members.some(({ restart }) => restart.cause === 'kubelet-restarted');
    if (members.length < MIN_MEMBERS || (!said && podCount(members) < KUBELET.minPods)) return [];
    return tell({
      kind: 'kubelet-restarted',
      node,
      candidates: members,
      testimonies: nearTo(members, kubeletStarts.map(testimonyOf)),
      explain: (who) =>
        said
          ? `The kubelet of the node restarted, and ${who} were started anew${sayDowntime(members)}.`
          : `The kubelet of the node started and found that ${who} had changed in definition, so it replaced them${sayDowntime(members)}. An upgraded kubelet does so when it tells containers apart in another way.`,
    });
  });
}

function testimonyOf(event: AgentEvent | KubernetesEvent): Testimony {
  const { id } = event;
  if (event.source === 'event') return { id, times: [event.occurredAt] };
  return { id, times: [event.from, event.to].filter((time) => time !== undefined) };
}

/** Those that speak of the time in which the members ended, or of shortly before or after. */
function nearTo(members: readonly Candidate[], testimonies: readonly Testimony[]): readonly Testimony[] {
  const moments = members.flatMap((member) => {
    const moment = whenEnded(member);
    return moment === undefined ? [] : Date.parse(moment);
  });
  const [from, to] = [smallest(moments) - KUBELET.syncMs, largest(moments) + CHAIN_MS];
  return testimonies.filter(({ times }) => {
    const named = times.map((time) => Date.parse(time));
    return largest(named) >= from && smallest(named) <= to;
  });
}

/** Not `Math.min(...)`: a node can hold more members than a call takes arguments. */
function smallest(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

function largest(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
}

function sayDowntime(members: readonly Candidate[]): string {
  const longest = members.reduce((most, { restart }) => Math.max(most, restart.downtimeMs ?? 0), 0);
  return longest === 0 ? '' : `, for ${formatDuration(longest)} at the most`;
}
