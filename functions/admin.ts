// `npm run admin`: registers clusters, makes and revokes tokens, on the table itself.
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { carryOut, type Office } from './admin/carry-out.ts';
import { type Place, readCommand, UsageError } from './admin/command.ts';
import { createTokenDesk } from './api/identity/token-desk.ts';
import { Problem } from './api/problem.ts';
import { startEmbeddedDatabase } from './store/embedded.ts';
import { EmbeddedStoreError } from './store/errors.ts';
import type { TableParts } from './store/query.ts';
import { createRegistrationTable } from './store/registration-store.ts';
import { createTokenTable } from './store/token-table.ts';

interface OpenTable extends TableParts {
  readonly close: () => void | Promise<void>;
}

async function open(place: Place): Promise<OpenTable> {
  if (place.kind === 'folder') return startEmbeddedDatabase(resolve(place.dataDir));
  const client = new DynamoDBClient({});
  return { client, tableName: place.tableName, close: () => client.destroy() };
}

async function run(): Promise<void> {
  const { command, place } = readCommand(process.argv.slice(2), process.env);
  let table: OpenTable | undefined;
  const openOffice = async (): Promise<Office> => {
    table = await open(place);
    const tokens = createTokenDesk({ tokens: createTokenTable(table), clock: Date.now, randomBytes });
    return { tokens, registrations: createRegistrationTable(table), clock: Date.now };
  };
  try {
    await carryOut(command, {
      openOffice,
      randomBytes,
      say: (line) => process.stdout.write(`${line}\n`),
      tell: (line) => process.stderr.write(`${line}\n`),
    });
  } finally {
    await table?.close();
  }
}

/** What a person can mend, without the stack. */
function sentenceOf(error: unknown): string {
  if (error instanceof Problem) return error.detail;
  if (error instanceof UsageError || error instanceof EmbeddedStoreError) return error.message;
  if (error instanceof Error && error.name === 'ResourceNotFoundException') {
    return 'there is no such table in this account and region; see --table, AWS_PROFILE and AWS_REGION';
  }
  if (
    error instanceof Error &&
    /^Credentials|^CredentialsProviderError$|Region is missing/.test(error.name + error.message)
  ) {
    return `${error.message}; see AWS_PROFILE and AWS_REGION`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
