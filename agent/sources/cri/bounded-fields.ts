import { textOf, type WireField } from './wire.ts';

/** Nanoseconds since the epoch, as digits: they do not fit a JSON number. */
export type Nanos = string;

/** Longer than any name, label or image reference that the contract takes. */
const MAX_TEXT = 1024;

/** Zero and what is before it is "not yet"; more than 19 digits is beyond what the contract holds. */
export function nanosOf(nanos: bigint): Nanos | undefined {
  return nanos > 0n && nanos < 10_000_000_000_000_000_000n ? nanos.toString() : undefined;
}

/** The text of a field, or its beginning. */
export function boundedText(field: WireField): string {
  return bounded(textOf(field));
}

export function bounded(text: string): string {
  return text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text;
}
