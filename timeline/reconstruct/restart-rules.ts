import type { PodEvent, SpecContainer } from '../contract/pod-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import { compareTimes, wholeSecond } from '../time.ts';
import type { RunTrace } from './run-trace.ts';

export interface MatchingRule {
  /** The revision whose rule it is. */
  readonly revision: PodEvent;
  /** Whether the container's policy alone would not have had it restarted after this exit. */
  readonly overrides: boolean;
}

interface ImageChange {
  readonly container: string;
  readonly image: string;
  readonly revision: PodEvent;
}

/** Kubernetes gives every pod 30 s that asks for nothing else. */
const DEFAULT_GRACE_PERIOD_S = 30;

/** What the pod's definition says of its ends and restarts. */
export class RestartRules {
  #definition: PodEvent | undefined;
  #containers = new Map<string, SpecContainer>();
  #podPolicy: string | undefined;
  #gracePeriodS = DEFAULT_GRACE_PERIOD_S;
  readonly #imageChanges: ImageChange[] = [];
  readonly #restartAlls: { readonly since: Timestamp; readonly revision: PodEvent }[] = [];

  /** To be called with every revision, in the order of their resourceVersions. */
  see(revision: PodEvent): void {
    const { spec, status } = revision;
    if (spec !== undefined) {
      this.#podPolicy = spec.restartPolicy ?? this.#podPolicy;
      this.#gracePeriodS = spec.terminationGracePeriodSeconds ?? this.#gracePeriodS;
      if (spec.containers !== undefined) this.#define(spec.containers, revision);
    }
    for (const { type, status: value, lastTransitionTime } of status?.conditions ?? []) {
      if (type === 'AllContainersRestarting' && value === 'True' && lastTransitionTime !== undefined)
        this.#restartAlls.push({ since: lastTransitionTime, revision });
    }
  }

  #define(containers: readonly SpecContainer[], revision: PodEvent): void {
    const before = this.#containers;
    this.#definition = revision;
    this.#containers = new Map();
    for (const container of containers) {
      const { name, image } = container;
      const earlier = before.get(name)?.image;
      if (image !== undefined && earlier !== undefined && image !== earlier)
        this.#imageChanges.push({ container: name, image, revision });
      this.#containers.set(name, container);
    }
  }

  /** The pod's termination grace period. */
  get gracePeriodMs(): number {
    return this.#gracePeriodS * 1000;
  }

  /** The rule that asks for a restart after this exit (KEP-5307), if one does. */
  ruleFor(container: string, exitCode: number): MatchingRule | undefined {
    if (this.#definition === undefined) return undefined;
    const rules = this.#containers.get(container)?.restartRules ?? [];
    if (!rules.some((rule) => matches(rule, exitCode))) return undefined;
    const overrides = !asksForRestart(this.#policy(container), exitCode);
    return { revision: this.#definition, overrides };
  }

  /** The restart policy that governs the container; undefined if no revision told. */
  policyOf({ container, kind }: RunTrace): string | undefined {
    if (kind === 'sidecar') return 'Always';
    // Init containers are tried again until they succeed, unless the pod may not restart at all.
    const own = this.#policy(container);
    return kind === 'init' && own === 'Always' ? 'OnFailure' : own;
  }

  #policy(container: string): string | undefined {
    return this.#containers.get(container)?.restartPolicy ?? this.#podPolicy;
  }

  /**
   * The revision that says that all containers were being restarted at a moment of this stretch (KEP-5532): the
   * kubelet ends and removes them, keeps the sandbox, and numbers the new ones from 0.
   */
  restartAllWithin(from: Timestamp, to: Timestamp): PodEvent | undefined {
    if (this.#restartAlls.length === 0) return undefined;
    const since = wholeSecond(from);
    return this.#restartAlls.find(
      (one) => compareTimes(one.since, since) >= 0 && compareTimes(one.since, to) <= 0,
    )?.revision;
  }

  /** The revision that gave the container another image between the two runs, if the later one runs with another. */
  imageChange(run: RunTrace, next: RunTrace): PodEvent | undefined {
    if (run.image === undefined || next.image === undefined || run.image === next.image) return undefined;
    return this.#imageChanges.find(({ container, image, revision }) => {
      const cameBefore =
        run.endRevision === undefined || compareTimes(revision.observedAt, run.endRevision.observedAt) <= 0;
      return cameBefore && container === run.container && image === next.image;
    })?.revision;
  }
}

/** Whether a policy has a container restarted after this exit; one that is not known is taken for the default. */
function asksForRestart(policy: string | undefined, exitCode: number): boolean {
  if (policy === 'Never') return false;
  return policy !== 'OnFailure' || exitCode !== 0;
}

function matches(
  { operator, values = [] }: NonNullable<SpecContainer['restartRules']>[number],
  exitCode: number,
): boolean {
  if (operator === 'In') return values.includes(exitCode);
  if (operator === 'NotIn') return !values.includes(exitCode);
  return false;
}
