/** When a cluster was last heard of. */
export interface Heard {
  readonly cluster: string;
  /** RFC 3339. */
  readonly lastHeardAt: string;
}

export interface Age {
  readonly cluster: string;
  readonly ageSeconds: number;
}

export interface Silence {
  /** How long ago the last batch of the cluster came that has been silent longest; 0 without clusters. */
  readonly batchAgeSeconds: number;
  /** Those that have been silent for too long, longest first. */
  readonly silent: readonly Age[];
  /** All that still record, longest silent first. */
  readonly recording: readonly Age[];
}

/** A cluster that has not been heard of for a week is taken to be gone: an alarm about it would never end. */
const GONE_AFTER_SECONDS = 7 * 24 * 3600;

/** How long the clusters have been silent at `nowMs`, and which of them for longer than `silentAfterSeconds`. */
export function judgeSilence(clusters: readonly Heard[], nowMs: number, silentAfterSeconds: number): Silence {
  const recording = clusters
    .map(({ cluster, lastHeardAt }) => ({
      cluster,
      // A clock that runs ahead is no reason for an age below nothing.
      ageSeconds: Math.max(0, Math.round((nowMs - Date.parse(lastHeardAt)) / 1000)),
    }))
    .filter(({ ageSeconds }) => ageSeconds < GONE_AFTER_SECONDS)
    .sort((a, b) => b.ageSeconds - a.ageSeconds || (a.cluster < b.cluster ? -1 : 1));
  return {
    batchAgeSeconds: recording[0]?.ageSeconds ?? 0,
    silent: recording.filter(({ ageSeconds }) => ageSeconds > silentAfterSeconds),
    recording,
  };
}
