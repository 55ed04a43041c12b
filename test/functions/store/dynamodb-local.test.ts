import { afterAll, beforeAll, describe } from 'vitest';
import { type DynamoDbLocal, reasonWithoutJava, startDynamoDbLocal } from '../../support/dynamodb.ts';
import { storeContract } from './contract.ts';
import { restartContract } from './restart-contract.ts';
import { retentionContract } from './retention-contract.ts';
import { rollupContract } from './rollup-contract.ts';

const missing = reasonWithoutJava();
const skipped = missing !== undefined && process.env['CI'] === undefined;

// In CI nothing is skipped: there the suite fails with the reason.
describe.skipIf(skipped)(`the store on DynamoDB Local${skipped ? ` (skipped: ${missing})` : ''}`, () => {
  let database: DynamoDbLocal;
  beforeAll(async () => {
    database = await startDynamoDbLocal();
  }, 70_000);
  afterAll(() => database.close());
  const newEngine = () => database.newEngine();

  // Few random cases: the embedded database gets many, this one shows that the real engine agrees with it.
  storeContract(newEngine, 4);
  restartContract(newEngine, 3);
  describe('with logs that are folded early', () => {
    restartContract(newEngine, 3, { after: 3, keep: 1 });
  });
  rollupContract(newEngine, 1);
  retentionContract(newEngine, 1);
});
