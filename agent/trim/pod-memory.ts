import { hash } from 'node:crypto';
import type { ContainerStatus, PodEvent, PodRow } from '../../timeline/contract/pod-event.ts';
import type { PodRef } from '../../timeline/contract/primitives.ts';
import type { TrimmedPod } from './pod.ts';

type Sections = Pick<PodEvent, 'row' | 'metadata' | 'spec' | 'status' | 'containerStatuses'>;

/** Makes of a section's text what is kept of it, to be told from any other's. */
type Print = (text: string) => string;

/**
 * Of so many pods, more than a node has, the texts themselves are kept, half a MiB: they are compared sooner than made
 * into digests. Of those beyond, as in a cluster, a digest takes a tenth of the room.
 */
const MAX_TEXTS = 400;
const MAX_TEXT_LENGTH = 2_048;
const digest: Print = (text) => hash('sha1', text, 'binary');
const textIfShort: Print = (text) => (text.length <= MAX_TEXT_LENGTH ? text : digest(text));

/**
 * The last revision of every living pod, to tell what the next one changed. Bounded: past `maxPods` the pod longest
 * without a change is forgotten, whose next revision is then sent whole.
 */
export class PodMemory {
  readonly #maxPods: number;
  readonly #pods = new Map<string, LastRevision>();

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
    const known = this.#pods.get(trimmed.apiUid);
    const last = known ?? new LastRevision(trimmed.pod, this.#print);
    this.#remember(trimmed.apiUid, last);
    return last.replace(trimmed, row);
  }

  /** All sections. Remembers them. */
  everything(trimmed: TrimmedPod, row: PodRow): Sections {
    this.changes(trimmed, row);
    const { metadata, spec, status, containers } = trimmed;
    return { row, metadata, spec, status, containerStatuses: [...containers] };
  }

  forget(apiUid: string): void {
    this.#pods.delete(apiUid);
  }

  get #print(): Print {
    return this.#pods.size < MAX_TEXTS ? textIfShort : digest;
  }

  #remember(apiUid: string, last: LastRevision): void {
    this.#pods.delete(apiUid);
    this.#pods.set(apiUid, last);
    if (this.#pods.size <= this.#maxPods) return;
    const [oldest] = this.#pods.keys();
    if (oldest !== undefined) this.#pods.delete(oldest);
  }
}

/**
 * Of one pod, its row and a print of each section. Only what differs is replaced: that most of it stays for long is
 * what the collector of garbage likes best.
 */
class LastRevision {
  pod: PodRef;
  readonly #print: Print;
  #row: PodRow | undefined;
  readonly #sections = { metadata: '', spec: '', status: '' };
  readonly #containers = new Map<string, string>();

  constructor(pod: PodRef, print: Print) {
    this.pod = pod;
    this.#print = print;
  }

  /** Takes the place of the one before; gives all sections that differ from it. */
  replace({ pod, metadata, spec, status, containers }: TrimmedPod, row: PodRow): Sections {
    if (pod.node !== this.pod.node || pod.uid !== this.pod.uid) this.pod = pod;
    const changed: { -readonly [K in keyof Sections]: Sections[K] } = {};
    if (this.#isNews('metadata', metadata)) changed.metadata = metadata;
    if (this.#isNews('spec', spec)) changed.spec = spec;
    if (this.#isNews('status', status)) changed.status = status;
    const changedContainers = this.#replaceContainers(containers);
    if (changedContainers.length > 0) changed.containerStatuses = changedContainers;
    const isSameRow = this.#row !== undefined && isSame(this.#row, row);
    if (!isSameRow) this.#row = row;
    return isSameRow && Object.keys(changed).length === 0 ? {} : { row, ...changed };
  }

  #isNews(section: 'metadata' | 'spec' | 'status', value: object): boolean {
    const print = this.#print(JSON.stringify(value));
    if (this.#sections[section] === print) return false;
    this.#sections[section] = print;
    return true;
  }

  #replaceContainers(containers: TrimmedPod['containers']): ContainerStatus[] {
    const changed = containers.filter((container) => {
      const print = this.#print(JSON.stringify(container));
      const isChanged = this.#containers.get(container.name) !== print;
      if (isChanged) this.#containers.set(container.name, print);
      return isChanged;
    });
    if (this.#containers.size > containers.length) {
      const names = new Set(containers.map(({ name }) => name));
      for (const name of this.#containers.keys()) if (!names.has(name)) this.#containers.delete(name);
    }
    return changed;
  }
}

function isSame(a: PodRow, b: PodRow): boolean {
  return a.phase === b.phase && a.ready === b.ready && a.status === b.status && a.restarts === b.restarts;
}
