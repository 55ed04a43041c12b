import { describe } from 'vitest';
import { startDynalite } from '../../support/dynamodb.ts';
import { storeContract } from './contract.ts';

describe('the store on the embedded database', () => {
  storeContract(startDynalite, 25);
});
