// Run before each test file: draws what CI draws for this tree, where CI is to be judged by the tree and not by luck.
import fc from 'fast-check';

const seed = process.env['PODLAPSE_TEST_SEED'];
if (seed !== undefined && seed !== '')
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
