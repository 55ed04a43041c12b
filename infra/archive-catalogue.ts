import { Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ARCHIVE_QUERIES } from './archive-queries.ts';
import { addArchiveTable, ARCHIVE_TABLES, type ArchiveTable } from './archive-tables.ts';

/** What Athena knows of the archive: its tables, and questions to begin with. */
export function addCatalogue(scope: Construct, bucket: Bucket, stage: string, key: IKey | undefined): void {
  const name = `podlapse_${stage.replaceAll('-', '_')}`;
  const { account } = Stack.of(scope);
  const database = new CfnDatabase(scope, 'Database', { catalogId: account, databaseInput: { name } });
  for (const table of Object.keys(ARCHIVE_TABLES) as ArchiveTable[]) {
    addArchiveTable(scope, database, bucket, table);
  }
  const workGroup = new CfnWorkGroup(scope, 'WorkGroup', {
    name,
    description: 'podlapse: reports over years',
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      publishCloudWatchMetricsEnabled: true,
      // USD 0.50: a question that reads more has forgotten its days.
      bytesScannedCutoffPerQuery: 100 * 1024 ** 3,
      resultConfiguration: {
        outputLocation: `s3://${bucket.bucketName}/answers/`,
        encryptionConfiguration:
          key === undefined
            ? { encryptionOption: 'SSE_S3' }
            : { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn },
      },
    },
  });
  for (const [index, query] of ARCHIVE_QUERIES.entries()) {
    const named = new CfnNamedQuery(scope, `Query${index + 1}`, {
      database: database.ref,
      workGroup: workGroup.ref,
      name: query.name,
      description: query.description,
      queryString: query.sql,
    });
    named.node.addDependency(workGroup);
  }
}
