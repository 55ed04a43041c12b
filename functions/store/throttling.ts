import { StoreBusyError } from './errors.ts';

/** How long and how often to wait for DynamoDB, and with what chance. */
export interface Patience {
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;
/** 50 ms doubling to 2 s, eight times: about 7 s at the most, 3.5 s on average, within any caller's own timeout. */
const MAX_WAITS = 8;

/**
 * Waits before the next try with exponential back-off and full jitter, so that many writers that were refused
 * together do not come back together. @throws StoreBusyError after the last wait.
 */
export async function waitBeforeTry(tries: number, { sleep, random }: Patience): Promise<void> {
  if (tries > MAX_WAITS) throw new StoreBusyError(LONGEST_WAIT_MS);
  await sleep(random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)));
}

const FIRST_TURN_MS = 5;
const LONGEST_TURN_MS = 250;
/** 5 ms doubling to 250 ms, thirty times: 3 s on average. */
const MAX_TURNS = 30;

/**
 * Waits after another writer was there first. Unlike a refusal for load that is progress, and over in a few
 * milliseconds; but several writers of one pod must come apart. @throws StoreBusyError after the last wait.
 */
export async function waitForTurn(tries: number, { sleep, random }: Patience): Promise<void> {
  if (tries > MAX_TURNS) throw new StoreBusyError(LONGEST_WAIT_MS);
  await sleep(random() * Math.min(LONGEST_TURN_MS, FIRST_TURN_MS * 2 ** (tries - 1)));
}

const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
]);

/** Whether DynamoDB refused for load (the SDK has then already tried again several times). */
export function isThrottle(error: unknown): boolean {
  return error instanceof Error && THROTTLES.has(error.name);
}

/** Runs `work`; a refusal for load comes out as StoreBusyError. */
export async function sayingBusy<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isThrottle(error) ? new StoreBusyError(LONGEST_WAIT_MS, error) : error;
  }
}
