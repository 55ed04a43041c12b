import { signalName } from '../../timeline/signals.ts';
import { digits, integer, type Reader } from './readers.ts';

const signal = integer(0, 128);
const SIGNALS: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 32 }, (_, number) => [signalName(number), number]),
);

/** The `signal` of a `kill`: the Engine writes its number, older ones and other runtimes a name with or without SIG. */
export const signalNumber: Reader<number> = (raw, notes, key) => {
  if (typeof raw !== 'string') return signal(raw, notes, key);
  const named = SIGNALS.get(raw) ?? SIGNALS.get(`SIG${raw}`);
  return named ?? digits(signal)(raw, notes, key);
};

const wholeSeconds = digits(integer(0, Math.floor(Number.MAX_SAFE_INTEGER / 1000)));

/** The `execDuration` of a `die`, in milliseconds. */
export const secondsAsMs: Reader<number> = (raw, notes, key) => {
  const seconds = wholeSeconds(raw, notes, key);
  return seconds === undefined ? undefined : seconds * 1000;
};
