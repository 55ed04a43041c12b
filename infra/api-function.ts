import { CfnParameter, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config/config.ts';
import { grantStore, type History } from './history-table.ts';
import { NodeFunction } from './node-function.ts';

/** The API: agents write through it, readers read. Why it is one function: docs/decisions/0006-one-function.md. */
export class ApiFunction extends NodeFunction {
  constructor(scope: Construct, id: string, folder: string, history: History, config: Config) {
    // A parameter, not a setting: a deploy that does not name it leaves it as it was, and locks nobody out.
    const adminTokenHashes = new CfnParameter(scope, 'AdminTokenHashes', {
      description:
        'The SHA-256 of the administrator’s token, who makes all others, as `npm run admin -- token mint` gives it; two, separated by a comma, while one takes over from the other.',
      default: '',
      allowedPattern: '([0-9a-f]{64}(,[0-9a-f]{64})?)?',
    });
    super(scope, id, {
      config,
      description: 'podlapse: HTTP API',
      folder,
      memoryMb: config.memoryMb,
      timeout: Duration.seconds(29),
      reservedConcurrency: config.reservedConcurrency,
      environment: {
        PODLAPSE_TABLE: history.table.tableName,
        PODLAPSE_ADMIN_TOKEN_HASHES: adminTokenHashes.valueAsString,
        PODLAPSE_CORS_ORIGINS: config.corsOrigins.join(','),
        PODLAPSE_RETENTION_EVENTS_DAYS: daysOf(config.eventsRetention),
        PODLAPSE_RETENTION_RESTARTS_DAYS: daysOf(config.restartsRetention),
        PODLAPSE_RETENTION_ROLLUPS_DAYS: daysOf(config.rollupsRetention),
      },
    });
    grantStore(history, this);
  }
}

function daysOf(days: number | undefined): string {
  return days === undefined ? 'forever' : String(days);
}
