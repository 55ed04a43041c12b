import type { Timestamp } from '../../timeline/contract/primitives.ts';

/** Nanoseconds since the epoch as a timestamp with all nine digits. */
export function timeOfNanos(timeNano: string): Timestamp {
  const padded = timeNano.padStart(10, '0');
  const seconds = Number(padded.slice(0, -9));
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${padded.slice(-9)}Z`;
}
