import { describe } from 'vitest';
import { reasonWithoutJava, startDynamoDbLocal } from '../../support/dynamodb.ts';
import { storeContract } from './contract.ts';
import { restartContract } from './restart-contract.ts';
import { rollupContract } from './rollup-contract.ts';

const missing = reasonWithoutJava();
const skipped = missing !== undefined && process.env['CI'] === undefined;

// In CI nothing is skipped: there the suite fails with the reason.
describe.skipIf(skipped)(`the store on DynamoDB Local${skipped ? ` (skipped: ${missing})` : ''}`, () => {
  storeContract(startDynamoDbLocal, 8);
  restartContract(startDynamoDbLocal, 5);
  describe('with logs that are folded early', () => {
    restartContract(startDynamoDbLocal, 5, { after: 3, keep: 1 });
  });
  rollupContract(startDynamoDbLocal, 2);
});
