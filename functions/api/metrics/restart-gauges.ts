import type { ClusterSummary } from '../../store/store.ts';
import type { Gauge } from './open-metrics.ts';
import type { BoundedSeries } from './restart-series.ts';

export interface RestartFacts extends BoundedSeries {
  /** As the request named it, such as `1h`. */
  readonly window: string;
  readonly clusters: readonly ClusterSummary[];
}

/**
 * Restarts of the window before the request, as gauges.
 *
 * They are no counters, as a counter must never fall: an event that arrives late can show that a restart was counted
 * after all, or had another cause, and then it moves from one series to another. Prometheus would take the fall for a
 * counter's restart and count all of its restarts anew.
 */
export function restartGauges({ series, leftOut, window, clusters }: RestartFacts): readonly Gauge[] {
  return [
    {
      name: 'podlapse_restarts',
      help: 'Restarts of containers within the window that ends now. counted says whether they raised the restartCount that Kubernetes shows.',
      samples: series.flatMap(({ labels, tally: { restarts, counted } }) =>
        [
          { labels: { ...labels, counted: 'true', window }, value: counted },
          { labels: { ...labels, counted: 'false', window }, value: restarts - counted },
        ].filter(({ value }) => value > 0),
      ),
    },
    {
      name: 'podlapse_restart_downtime_seconds',
      unit: 'seconds',
      help: 'How long containers were down between runs, of the restarts within the window whose downtime was seen.',
      samples: series.map(({ labels, tally }) => ({
        labels: { ...labels, window },
        value: tally.downtimeMs / 1000,
      })),
    },
    {
      name: 'podlapse_restart_series_left_out',
      help: 'How many series stand together as namespace and workload (other); ask with a higher top, or for one cluster or namespace.',
      samples: [{ labels: { window }, value: leftOut }],
    },
    {
      name: 'podlapse_last_heard_timestamp_seconds',
      unit: 'seconds',
      help: 'When an agent of the cluster was last heard of: no restarts after it is no news, not good news.',
      samples: clusters.map(({ name, lastHeardAt }) => ({
        labels: { cluster: name },
        value: Date.parse(lastHeardAt) / 1000,
      })),
    },
    {
      name: 'podlapse_open_gaps',
      help: 'Sources of the cluster that should be watched at the moment and are not: restarts may go unseen.',
      samples: clusters.map(({ name, openGaps }) => ({ labels: { cluster: name }, value: openGaps.length })),
    },
  ];
}
