import { LIMITS } from '../../timeline/contract/limits.ts';
import type { Timestamp } from '../../timeline/contract/primitives.ts';
import { type Reader, text } from './readers.ts';
import { timeOfNanos } from './time-of-nanos.ts';

const nanos = text(/^\d{1,19}$/, 19);

/** Nanoseconds since the epoch, in digits. */
export const timeInNanos: Reader<Timestamp> = (raw, notes, key) => {
  const digits = nanos(raw, notes, key);
  return digits === undefined ? undefined : timeOfNanos(digits);
};

/** The name that the kernel keeps of a program (`comm`); the program itself can choose it. */
export const programName = text(/^[^\p{C}]+$/u, LIMITS.programLength);
