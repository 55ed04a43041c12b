import { describe } from 'vitest';
import { startDynalite } from '../../support/dynamodb.ts';
import { storeContract } from './contract.ts';
import { restartContract } from './restart-contract.ts';
import { rollupContract } from './rollup-contract.ts';

describe('the store on the embedded database', () => {
  storeContract(startDynalite, 25);
  restartContract(startDynalite, 12);
  describe('with logs that are folded early', () => {
    restartContract(startDynalite, 12, { after: 3, keep: 1 });
  });
  rollupContract(startDynalite, 2);
});
