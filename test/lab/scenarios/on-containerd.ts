/** What can be known where the runtime is containerd, which tells of no kill and of no stop. */
import type { Reason } from '../stage/stage.ts';

type WithoutSignals = NonNullable<Reason['withoutSignals']>;

/** SIGKILL or SIGTERM ended the process, and the kubelet did not ask for it. */
export const SIGNAL_OF_ANYONE: WithoutSignals = {
  cause: 'unknown',
  why: 'containerd tells the exit code and not who sent a signal: a tool with its socket, a process on the node, or the process itself with a code of its choice leave the same.',
};

/** The process went along with a request to stop, and ended with exit code 0. */
export const WENT_ALONG: WithoutSignals = {
  cause: 'exited',
  why: 'containerd tells of no request to stop: a process that goes along with one and ends with exit code 0 is seen to end, no more.',
};
