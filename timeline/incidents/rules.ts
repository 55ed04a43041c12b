import type { Cause } from '../contract/timeline.ts';

/**
 * The rules by which restarts of several containers are told as one incident, with their numbers. Closeness in time
 * alone is never enough: two crashes in the same second are two crashes. What makes an incident is a common cause that
 * something bears witness to. A restart belongs to one incident at the most; the kinds are tried in this order:
 *
 * 1. **node-rebooted**: the kubelet raised `Rebooted` (it found another boot ID); a member is the restart of a run that
 *    began and, as far as was seen, ended before that start of the kubelet, and whose successor began within
 *    `REBOOT.backWithinMs` after it. What the kubelet or the kernel ended for a reason of its own is none. Restarts whose
 *    own cause says so are members without that Event too, each back within `REBOOT.backWithinMs` of the one before.
 * 2. **runtime-restarted**: the restarts whose cause says so, as far as their ends are a chain with no more than
 *    `CHAIN_MS` between two.
 * 3. **kubelet-restarted**: likewise; and changes of definition within `KUBELET.syncMs` of a start of the kubelet, as an
 *    upgraded one makes when it hashes containers differently, if of `KUBELET.minPods` pods or more.
 * 4. **node-pressure**: the kubelet raised an Event of `PRESSURE.reasons`; members are the pods that it evicted within
 *    `PRESSURE.lastsMs` of it, and the containers that the kernel killed for memory within `PRESSURE.oomNearMs` of a
 *    `SystemOOM`.
 * 5. **mass-kill**: killed, stopped or removed through Docker, and not by the kubelet; of `MASS_KILL.minPods` pods or
 *    more, in the same way, each within `MASS_KILL.apartMs` of the one before. Each end by itself was someone's deed.
 *
 * An incident of the first four kinds has `MIN_MEMBERS` members or more; fewer are told as restarts.
 */
export const MIN_MEMBERS = 2;

/** What goes down with one runtime or kubelet does so within its shutdown (dockerd waits 15 s) and its start. */
export const CHAIN_MS = 30_000;

export const REBOOT = {
  /** The kubelet says `Starting` first, and `Rebooted` with its first status of the node, soon after. */
  saidWithinMs: 120_000,
  /** The longest back-off: what begins later waited for something else. */
  backWithinMs: 300_000,
  /** Events are of whole seconds. */
  slackMs: 1_000,
  /** Ends that have a reason of their own. */
  otherCauses: new Set<Cause>([
    'oom-killed',
    'liveness-failed',
    'startup-probe-failed',
    'hook-failed',
    'spec-changed',
    'resized',
    'restart-rule',
  ]),
} as const;

export const KUBELET = {
  /** A kubelet that starts looks at all its pods at once; a container's end takes its grace period, 30 s mostly. */
  syncMs: 60_000,
  minPods: 2,
} as const;

export const PRESSURE = {
  /** kubelet, events/event.go and eviction_manager.go, kubelet_node_status.go. */
  reasons: new Set([
    'EvictionThresholdMet',
    'NodeHasDiskPressure',
    'NodeHasInsufficientMemory',
    'NodeHasInsufficientPID',
    'SystemOOM',
  ]),
  /** Pressure is held to last so long after it was last met (`evictionPressureTransitionPeriod`). */
  lastsMs: 300_000,
  /** The kubelet reads of it in the kernel's log at once; the Event is of whole seconds and may be folded. */
  oomNearMs: 10_000,
} as const;

/** Ways to end containers from outside, and how far apart the ends of one command can lie. */
export const MASS_KILL = {
  /** Two can be by two people; three in the same way at the same moment are by one. */
  minPods: 3,
  apartMs: {
    killed: 1_000,
    removed: 1_000,
    /** `docker stop` waits 10 s for each container before it goes on with the next. */
    stopped: 11_000,
  },
} as const;

export type KillWay = keyof typeof MASS_KILL.apartMs;

/** The way in which someone ended the container or its sandbox, by the restart's cause. */
export const KILL_WAYS: Readonly<Partial<Record<Cause, KillWay>>> = {
  'killed-externally': 'killed',
  'sandbox-killed': 'killed',
  'removed-externally': 'removed',
  'sandbox-removed': 'removed',
  'stopped-externally': 'stopped',
  'sandbox-stopped': 'stopped',
};
