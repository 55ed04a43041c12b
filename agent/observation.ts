import type { WatchedSource } from '../timeline/contract/agent-event.ts';
import type { EventSource } from '../timeline/contract/event.ts';
import type { Timestamp } from '../timeline/contract/primitives.ts';

/**
 * What a source said, untouched, and when we heard it. One line of a recording is one observation; the pipeline
 * after the sources takes nothing else, so that a replay is the same as living through it.
 *
 * `raw`, by source:
 * - `pod`: a watch frame `{type, object}`; `type` is ADDED, MODIFIED or DELETED, or (from a list, which has no frame
 *   of its own) LISTED with the item, or VANISHED with `{metadata: {uid, name, namespace, resourceVersion}}`, where
 *   the resourceVersion is the list's.
 * - `event`: a watch frame `{type, object}` as above, the object being a Kubernetes Event.
 * - `docker`: an event of `GET /events`, `timeNano` as text; or `{Action: "inspect", inspect, timeNano}` with the
 *   answer of `GET /containers/{id}/json`.
 * - `cri`: a `Saying` (agent/sources/cri): an event of containerd or of CRI, or what a look found, with the container's
 *   labels; of what they came in, a protocol buffer, only the fields that are read.
 * - `log`: an `EndedRunLog` (agent/logs): what the kubelet gave of the log of a run that ended.
 * - `agent`: a `Statement` of the recorder about itself.
 */
export interface Observation {
  readonly at: Timestamp;
  readonly source: EventSource;
  readonly raw: unknown;
}

/** Takes an observation; the promise resolves when it is safe (in the spool), and a source waits for that. */
export type Observe = (observation: Observation) => Promise<void>;

/** One thing that is watched. `run` returns when `signal` is aborted; a fault of the environment is retried inside. */
export interface Source {
  readonly name: WatchedSource;
  run(observe: Observe, signal: AbortSignal): Promise<void>;
}
