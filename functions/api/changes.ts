import type { RecordedEvent } from '../../timeline/contract/event.ts';

/** Tells those who follow a pod that something was recorded which may change its timeline. Knows this process only. */
export interface Changes {
  /** Events of a cluster that are durable by now. */
  publish(cluster: string, events: readonly RecordedEvent[]): void;
  /**
   * Calls `onChange` for each batch that bears on the pod, and `onEnd` when this ends. Gives what ends it, or undefined
   * when too many follow already.
   */
  follow(cluster: string, uid: string, follower: Follower): (() => void) | undefined;
  /** Ends it for all. */
  close(): void;
}

export interface Follower {
  readonly onChange: () => void;
  readonly onEnd: () => void;
}

/** @param maxFollowers how many may follow at once: each holds a connection */
export function createChanges({ maxFollowers }: { readonly maxFollowers: number }): Changes {
  const followers = new Map<Follower, { readonly cluster: string; readonly uid: string }>();
  return {
    publish(cluster, events) {
      if (followers.size === 0 || events.length === 0) return;
      const uids = new Set(events.map(uidOf));
      for (const [follower, followed] of followers) {
        if (followed.cluster === cluster && (uids.has(followed.uid) || uids.has(undefined)))
          follower.onChange();
      }
    },
    follow(cluster, uid, follower) {
      if (followers.size >= maxFollowers) return undefined;
      followers.set(follower, { cluster, uid });
      return () => followers.delete(follower);
    },
    close() {
      for (const { onEnd } of followers.keys()) onEnd();
      followers.clear();
    },
  };
}

/** What an agent says of its watching, and what befell a node, bears on every pod: then there is no UID. */
function uidOf(event: RecordedEvent): string | undefined {
  return event.source === 'agent' ? undefined : event.pod?.uid;
}
