// One after the other: the kernel tells each who listens of every signal, so that a flood for one is a flood for all.
import { containerdSuite } from './containerd-suite.ts';
import { signalsSuite } from './signals-suite.ts';

signalsSuite();
containerdSuite();
