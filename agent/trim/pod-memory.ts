import { hash } from 'node:crypto';
import type { PodEvent, PodRow } from '../../timeline/contract/pod-event.ts';
import type { PodRef } from '../../timeline/contract/primitives.ts';
import type { TrimmedPod } from './pod.ts';

type Sections = Pick<PodEvent, 'row' | 'metadata' | 'spec' | 'status' | 'containerStatuses'>;

/** Of the last revision of one pod: a digest of each section, which takes a tenth of the section's room; a row is as short. */
interface Digests {
  readonly pod: PodRef;
  readonly row: string;
  readonly metadata: string;
  readonly spec: string;
  readonly status: string;
  readonly containers: ReadonlyMap<string, string>;
}

/**
 * The last revision of every living pod, to tell what the next one changed. Bounded: past `maxPods` the pod longest
 * without a change is forgotten, whose next revision is then sent whole.
 */
export class PodMemory {
  readonly #maxPods: number;
  readonly #pods = new Map<string, Digests>();

  constructor(maxPods: number) {
    this.#maxPods = maxPods;
  }

  get size(): number {
    return this.#pods.size;
  }

  /** Who a pod is that is known by the UID that the API server gave it; one that vanished no longer says it all. */
  podOf(apiUid: string): PodRef | undefined {
    return this.#pods.get(apiUid)?.pod;
  }

  /** All sections that differ from the revision before, and whole containers; empty when none does. Remembers this one. */
  changes(trimmed: TrimmedPod, row: PodRow): Sections {
    const before = this.#pods.get(trimmed.apiUid);
    const now = digestsOf(trimmed, row);
    this.#remember(trimmed.apiUid, now);
    const containers = trimmed.containers.filter(
      ({ name }) => before?.containers.get(name) !== now.containers.get(name),
    );
    const changed: Sections = {
      ...(before?.metadata === now.metadata ? {} : { metadata: trimmed.metadata }),
      ...(before?.spec === now.spec ? {} : { spec: trimmed.spec }),
      ...(before?.status === now.status ? {} : { status: trimmed.status }),
      ...(containers.length === 0 ? {} : { containerStatuses: containers }),
    };
    return Object.keys(changed).length === 0 && before?.row === now.row ? {} : { row, ...changed };
  }

  /** All sections. Remembers them. */
  everything(trimmed: TrimmedPod, row: PodRow): Sections {
    this.#remember(trimmed.apiUid, digestsOf(trimmed, row));
    const { metadata, spec, status, containers } = trimmed;
    return { row, metadata, spec, status, containerStatuses: [...containers] };
  }

  forget(apiUid: string): void {
    this.#pods.delete(apiUid);
  }

  #remember(apiUid: string, digests: Digests): void {
    this.#pods.delete(apiUid);
    this.#pods.set(apiUid, digests);
    if (this.#pods.size <= this.#maxPods) return;
    const [oldest] = this.#pods.keys();
    if (oldest !== undefined) this.#pods.delete(oldest);
  }
}

function digestsOf({ pod, metadata, spec, status, containers }: TrimmedPod, row: PodRow): Digests {
  return {
    pod,
    row: JSON.stringify(row),
    metadata: digest(metadata),
    spec: digest(spec),
    status: digest(status),
    containers: new Map(containers.map((container) => [container.name, digest(container)])),
  };
}

function digest(section: object): string {
  return hash('sha1', JSON.stringify(section), 'base64');
}
