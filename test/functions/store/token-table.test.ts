import { describe } from 'vitest';
import { reasonWithoutJava, startDynalite, startDynamoDbLocalTable } from '../../support/dynamodb.ts';
import { tokenContract } from './token-contract.ts';

describe('tokens on the embedded database', () => {
  tokenContract(startDynalite);
});

const missing = reasonWithoutJava();
const skipped = missing !== undefined && process.env['CI'] === undefined;

// In CI nothing is skipped: there the suite fails with the reason.
describe.skipIf(skipped)(`tokens on DynamoDB Local${skipped ? ` (skipped: ${missing})` : ''}`, () => {
  tokenContract(startDynamoDbLocalTable);
});
