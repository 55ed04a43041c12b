import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import { formatDuration, millisBetween } from '../time.ts';
import type { Candidate } from './node-restarts.ts';
import { MIN_MEMBERS, REBOOT } from './rules.ts';
import { chainsOf, type Finding, tell } from './told.ts';
import type { Witnesses } from './witnesses.ts';

/** The reboots of a node, each with the restarts that span it; the rule is in `rules.ts`. */
export function findReboots(
  node: string | null,
  candidates: readonly Candidate[],
  { reboots, kubeletStarts }: Witnesses,
): Finding[] {
  const taken = new Set<Candidate>();
  const backs = backsOf(candidates);
  const witnessed = reboots.flatMap((reboot) => {
    const start = startBefore(reboot, kubeletStarts);
    const bootedAt = start?.occurredAt ?? reboot.occurredAt;
    const members = within(
      backs,
      Date.parse(bootedAt) - REBOOT.slackMs,
      Date.parse(reboot.occurredAt) + REBOOT.backWithinMs,
    ).filter((candidate) => !taken.has(candidate) && wasThere(candidate, bootedAt));
    if (members.length < MIN_MEMBERS) return [];
    for (const member of members) taken.add(member);
    const backMs = members.reduce(
      (longest, { restart: { at } }) => Math.max(longest, at === null ? 0 : millisBetween(bootedAt, at)),
      0,
    );
    return tell({
      kind: 'node-rebooted',
      node,
      candidates: members,
      testimonies: [start, reboot]
        .filter((event) => event !== undefined)
        .map(({ id, occurredAt }) => ({ id, times: [occurredAt] })),
      explain: (who) =>
        `The node was rebooted: its kubelet started and found another boot ID; ${who} went down with the node and were started again, the last ${formatDuration(backMs)} after the kubelet was back.`,
    });
  });
  return [
    ...witnessed,
    ...unwitnessed(
      node,
      candidates.filter((candidate) => !taken.has(candidate)),
    ),
  ];
}

/** Restarts whose own cause says that the node was rebooted, where the kubelet's word of it is not among the Events. */
function unwitnessed(node: string | null, candidates: readonly Candidate[]): Finding[] {
  const caused = candidates.filter(({ restart }) => restart.cause === 'node-rebooted');
  const whenBack = ({ restart: { at } }: Candidate) => at ?? undefined;
  return chainsOf(caused, whenBack, REBOOT.backWithinMs).flatMap((members) =>
    members.length < MIN_MEMBERS
      ? []
      : tell({
          kind: 'node-rebooted',
          node,
          candidates: members,
          explain: (who) => `The node was rebooted; ${who} went down with it and were started again.`,
        }),
  );
}

function startBefore(
  reboot: KubernetesEvent,
  starts: readonly KubernetesEvent[],
): KubernetesEvent | undefined {
  return starts.findLast(({ occurredAt }) => {
    const ms = millisBetween(occurredAt, reboot.occurredAt);
    return ms >= 0 && ms <= REBOOT.saidWithinMs;
  });
}

interface Back {
  readonly candidate: Candidate;
  /** When it was started again, in milliseconds. */
  readonly at: number;
}

/** Those that a reboot can have brought about, in the order in which they were back: a node can hold very many. */
function backsOf(candidates: readonly Candidate[]): Back[] {
  return candidates
    .flatMap((candidate) => {
      const { at, cause } = candidate.restart;
      return at === null || REBOOT.otherCauses.has(cause) ? [] : [{ candidate, at: Date.parse(at) }];
    })
    .sort((a, b) => a.at - b.at);
}

function within(backs: readonly Back[], from: number, to: number): Candidate[] {
  let [low, high] = [0, backs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((backs[middle]?.at ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  const found: Candidate[] = [];
  for (let back = backs[low]; back !== undefined && back.at <= to; back = backs[(low += 1)])
    found.push(back.candidate);
  return found;
}

/** Whether the old run was there before the kubelet started after the boot and, as far as was seen, not after. */
function wasThere({ beganAt, endedAt }: Candidate, bootedAt: string): boolean {
  const before = (time: string | undefined) =>
    time === undefined || millisBetween(bootedAt, time) <= REBOOT.slackMs;
  return (beganAt !== undefined || endedAt !== undefined) && before(beganAt) && before(endedAt);
}
