import { type CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

type Column = readonly [name: string, type: string, comment: string];

/** As functions/archive/rows.ts writes them. */
export const ARCHIVE_TABLES = {
  restarts: [
    [
      'restart_key',
      'string',
      'names the restart; its row with the last written_at and sequence is what holds',
    ],
    ['written_at', 'string', 'when this was written'],
    ['sequence', 'string', 'orders what was written of a restart in one second'],
    ['removed', 'boolean', 'it was a mistake: a later event told better'],
    ['restarted_at', 'string', 'RFC 3339, UTC'],
    ['at_seen', 'boolean', 'false where restarted_at is only near it'],
    ['cluster', 'string', ''],
    ['namespace', 'string', ''],
    ['workload_kind', 'string', ''],
    ['workload_name', 'string', ''],
    ['pod_name', 'string', ''],
    ['pod_uid', 'string', ''],
    ['node', 'string', ''],
    ['container', 'string', ''],
    ['image', 'string', 'of the run that ended'],
    ['cause', 'string', ''],
    ['counted', 'boolean', 'whether it raised restartCount'],
    ['downtime_ms', 'bigint', 'null where it was not seen'],
    ['backoff_ms', 'bigint', ''],
    ['from_container', 'string', 'the container that ended'],
    ['to_container', 'string', 'the container that took over'],
  ],
  events: [
    ['cluster', 'string', ''],
    ['id', 'string', 'the same event can stand here twice'],
    ['source', 'string', 'pod, event, docker, cri or agent'],
    ['occurred_at', 'string', 'RFC 3339, UTC'],
    ['pod_uid', 'string', 'null for what is about a node or a cluster'],
    ['namespace', 'string', ''],
    ['pod_name', 'string', ''],
    ['event', 'string', 'the whole event as JSON'],
  ],
} as const satisfies Record<string, readonly Column[]>;

export type ArchiveTable = keyof typeof ARCHIVE_TABLES;

/**
 * One of the archive's tables in the catalogue: JSON, a folder for each day on which something was written. Days are
 * computed (partition projection), so that nobody need tell the catalogue of a new one.
 */
export function addArchiveTable(
  scope: Construct,
  database: CfnDatabase,
  bucket: Bucket,
  name: ArchiveTable,
): CfnTable {
  const location = `s3://${bucket.bucketName}/${name}/`;
  const columns: readonly Column[] = ARCHIVE_TABLES[name];
  return new CfnTable(scope, `Table-${name}`, {
    catalogId: database.catalogId,
    databaseName: database.ref,
    tableInput: {
      name,
      tableType: 'EXTERNAL_TABLE',
      parameters: {
        classification: 'json',
        'projection.enabled': 'true',
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy-MM-dd',
        'projection.day.range': '2026-01-01,NOW',
        'projection.day.interval': '1',
        'projection.day.interval.unit': 'DAYS',
        'storage.location.template': `${location}day=\${day}/`,
      },
      partitionKeys: [{ name: 'day', type: 'string', comment: 'when it was written, UTC' }],
      storageDescriptor: {
        location,
        columns: columns.map(([column, type, comment]) => ({ name: column, type, comment })),
        compressed: true,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    },
  });
}
