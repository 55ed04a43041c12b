import type { Raw } from '../../trim/readers.ts';
import type { Nanos } from './bounded-fields.ts';

/** Which container of which pod, as it stands in everything that is said of it: so each can be read alone. */
export interface KnownContainer extends Raw {
  readonly id: string;
  readonly kind: 'container' | 'sandbox' | undefined;
  /** The kubelet's labels, which name the pod and the container. */
  readonly labels: Readonly<Record<string, string>>;
  readonly sandboxId: string | undefined;
  readonly attempt: number | undefined;
  readonly image: string | undefined;
  readonly createdAtNano: Nanos | undefined;
}

/** What a runtime said, or a look at a container found: the `raw` of an observation whose source is `cri`. */
export interface Saying extends Raw {
  /** containerd's topic, such as `/tasks/exit`; of CRI's own events their type, such as `started`; or `look`. */
  readonly topic: string;
  readonly timeNano: Nanos;
  readonly runtime: string;
  readonly container: KnownContainer;
}

/** Something was said; or something that cannot be read. */
export type Said = { readonly saying: Saying } | { readonly unreadable: string };

/** A runtime that is being watched, over one connection. */
export interface RuntimeWatch {
  /** Everything that is said from the moment on at which the watch was opened, in order; to be read once. */
  readonly said: AsyncIterable<Said>;
  /** The state of every container there was when the watch was opened. */
  look(signal: AbortSignal): AsyncIterable<Saying>;
  /** Resolves if the runtime answers. */
  ping(signal: AbortSignal): Promise<void>;
}
