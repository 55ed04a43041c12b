/** Three years back from today; a restart is never written before the day on which it happens. */
const SINCE = "date_format(current_date - interval '3' year, '%Y-%m-%d')";

/** Restarts as they hold: of each, what was written last, unless that is its removal. */
const RESTARTS = `WITH told AS (
  SELECT *, row_number() OVER (PARTITION BY restart_key ORDER BY written_at DESC, sequence DESC) AS nth
  FROM restarts
  WHERE day >= ${SINCE}
), restart AS (
  SELECT * FROM told WHERE nth = 1 AND NOT removed
)`;

export interface ArchiveQuery {
  readonly name: string;
  readonly description: string;
  readonly sql: string;
}

/** Reports over years, to begin with. */
export const ARCHIVE_QUERIES: readonly ArchiveQuery[] = [
  {
    name: 'restarts by cluster and month',
    description: 'Restarts, those that Kubernetes did not count, and downtime in hours, of three years.',
    sql: `${RESTARTS}
SELECT substr(restarted_at, 1, 7) AS month, cluster,
  count(*) AS restarts,
  count_if(NOT counted) AS uncounted,
  round(sum(downtime_ms) / 3600000.0, 1) AS downtime_hours
FROM restart
GROUP BY 1, 2
ORDER BY 1 DESC, 3 DESC`,
  },
  {
    name: 'restarts by cause and year',
    description: 'Why containers restarted, and how that changed from year to year.',
    sql: `${RESTARTS}
SELECT substr(restarted_at, 1, 4) AS year, cause, count(*) AS restarts, count(DISTINCT cluster) AS clusters
FROM restart
GROUP BY 1, 2
ORDER BY 1 DESC, 3 DESC`,
  },
  {
    name: 'workloads that restart most',
    description:
      'The hundred workloads of three years with the most restarts, and since when they have them.',
    sql: `${RESTARTS}
SELECT cluster, namespace, workload_kind, workload_name,
  count(*) AS restarts,
  count_if(NOT counted) AS uncounted,
  min(restarted_at) AS first_at,
  max(restarted_at) AS last_at
FROM restart
GROUP BY 1, 2, 3, 4
ORDER BY 5 DESC
LIMIT 100`,
  },
  {
    name: 'restarts that Kubernetes did not count',
    description: 'Each one of three years, newest first.',
    sql: `${RESTARTS}
SELECT restarted_at, cluster, namespace, pod_name, container, cause, from_container, to_container
FROM restart
WHERE NOT counted
ORDER BY restarted_at DESC
LIMIT 1000`,
  },
  {
    name: 'all that was said of a pod',
    description: 'The raw events of one pod, in order: put its UID in the place of the one that is there.',
    sql: `SELECT DISTINCT occurred_at, source, id, event
FROM events
WHERE day >= ${SINCE} AND pod_uid = '36253f3c-4ed5-11ea-a10e-0242294e2d14'
ORDER BY occurred_at`,
  },
];
