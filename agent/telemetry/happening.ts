import type { AgentEvent } from '../../timeline/contract/agent-event.ts';
import type { EventSource } from '../../timeline/contract/event.ts';
import type { OutageReason, RelistReason } from '../sources/kubernetes-failure.ts';
import type { Drop } from '../trim/drops.ts';

/**
 * What happens inside the agent that whoever runs it may want to know. Each is told once, to `Tell`, which makes of it
 * a line of the log, a number of the metrics, or both; nothing else writes of these. None holds anything of a pod but
 * its identity, and none a secret.
 */
export type Happening =
  | SourceHappening
  | WatchHappening
  | RuntimeHappening<'docker'>
  | RuntimeHappening<'cri'>
  | SignalHappening
  | LogHappening
  | DeliveryHappening
  | ElectionHappening;

/** Takes what happened; never throws. */
export type Tell = (happening: Happening) => void;

/** Of what the sources say, on its way to the spool. */
export type SourceHappening =
  | { readonly what: 'recorded'; readonly source: EventSource; readonly events: number }
  /** Trimming left something out because it was not as its source promises; `isNews` for the first of its kind. */
  | { readonly what: 'left-out'; readonly drop: Drop; readonly isNews: boolean }
  /** The agent stated something of its own watching. */
  | {
      readonly what: 'stated';
      readonly statement: Pick<AgentEvent, 'type' | 'watched' | 'reason' | 'dropped'>;
    };

interface OfWatch {
  readonly source: 'pod' | 'event';
  readonly server: string;
}

export type WatchHappening =
  /** The version that a watch goes on from moved. */
  | { readonly what: 'version-moved'; readonly source: 'pod' | 'event'; readonly atMs: number }
  /** A list or a watch failed and is tried again; `isNews` when an outage begins, or its reason changes. */
  | (OfWatch & {
      readonly what: 'watch-failed';
      readonly resource: string;
      readonly reason: OutageReason;
      readonly error: Error;
      readonly isNews: boolean;
    })
  | (OfWatch & { readonly what: 'watch-recovered'; readonly resource: string; readonly seconds: number })
  | (OfWatch & {
      readonly what: 'watch-expired';
      readonly resource: string;
      readonly reason: RelistReason;
      readonly error: Error;
    })
  | (OfWatch & { readonly what: 'frame-unknown'; readonly type: string });

/** Of the runtime that is watched by a socket on the node. */
export type RuntimeHappening<R extends 'docker' | 'cri'> =
  | {
      readonly what: `${R}-failed`;
      readonly socketPath: string;
      /** As of `DockerUnavailableError` and `CriUnavailableError`; undefined where the Engine just ended the stream. */
      readonly code: string | undefined;
      readonly error: string | undefined;
      readonly isNews: boolean;
    }
  | { readonly what: `${R}-recovered`; readonly socketPath: string }
  | { readonly what: `${R}-message-dropped`; readonly reason: string };

/** Of the kernel's telling who sends signals to whom. */
export type SignalHappening =
  | { readonly what: 'signals-unavailable'; readonly tracefs: string; readonly error: NodeJS.ErrnoException }
  /** The kernel had more to tell than was read in time, or what it told cannot be read. */
  | { readonly what: 'signals-lost' };

/**
 * What came of asking for the log of a run that ended: `gone` where the kubelet has it no longer, `left-out` where there
 * were too many to ask for, or the container had restarted once more.
 */
export type LogOutcome = 'read' | 'empty' | 'gone' | 'forbidden' | 'failed' | 'left-out';

export interface LogHappening {
  readonly what: 'log-asked';
  readonly outcome: LogOutcome;
  readonly error: string | undefined;
  readonly isNews: boolean;
}

interface OfDelivery {
  readonly api: URL;
  readonly cluster: string;
}

export type DeliveryHappening =
  | (OfDelivery & {
      readonly what: 'delivery-failed';
      /** The HTTP status of a refusal; undefined where the API is away or overloaded. */
      readonly status: number | undefined;
      readonly problem: string;
    })
  | (OfDelivery & { readonly what: 'delivery-recovered' })
  | (OfDelivery & {
      readonly what: 'delivered';
      readonly accepted: number;
      readonly duplicates: number;
      /** From when the oldest of the events was observed until the API said that it is durable. */
      readonly latencyMs: number;
    })
  | (OfDelivery & {
      readonly what: 'event-rejected';
      readonly index: number;
      readonly id: string | undefined;
      readonly reason: string;
    })
  | (OfDelivery & {
      readonly what: 'event-undeliverable';
      readonly id: string;
      readonly source: EventSource;
      readonly problem: string;
    });

export type ElectionHappening =
  | { readonly what: 'leading-began'; readonly lease: string; readonly identity: string }
  | {
      readonly what: 'leading-ended';
      readonly lease: string;
      readonly identity: string;
      readonly why: string;
    }
  | { readonly what: 'following'; readonly lease: string; readonly leader: string }
  | {
      readonly what: 'election-failed';
      readonly lease: string;
      readonly error: Error;
      readonly isNews: boolean;
    };
