import { describe } from 'vitest';
import { startDynalite } from '../../support/dynamodb.ts';
import { retentionContract } from './retention-contract.ts';

describe('retention on the embedded database', () => {
  retentionContract(startDynalite, 2);
});
