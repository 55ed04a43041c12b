import { LIMITS } from '../../timeline/contract/limits.ts';
import { timestamp } from '../../timeline/contract/primitives.ts';
import type { Notes } from './drops.ts';

/** A JSON object of which nothing is known yet. */
export type Raw = Readonly<Record<string, unknown>>;

/**
 * Takes what stands under `key` and gives it as the contract wants it, or undefined: silently when there is nothing,
 * with a note when it is not what it should be. Never throws.
 */
export type Reader<T> = (raw: unknown, notes: Notes, key: string | number) => T | undefined;

/** For each field of `T`, the key it is read from and its reader. */
export type Fields<T> = {
  readonly [K in keyof T]-?: readonly [from: string, read: Reader<NonNullable<T[K]>>];
};

export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null and undefined are how JSON and Go spell "nothing". */
function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** The object under `key`, or an empty one. */
export function objectAt(raw: Raw, key: string, notes: Notes): Raw {
  const value = raw[key];
  if (isRaw(value)) return value;
  if (!isAbsent(value)) notes.odd(key);
  return {};
}

/** Reads the fields that `fields` names, and nothing else, of `raw`. */
export function readFields<T>(raw: Raw, fields: Fields<T>, notes: Notes): Partial<T> {
  const result: Partial<T> = {};
  for (const name in fields) {
    const field = fields[name];
    const value = raw[field[0]];
    if (isAbsent(value)) continue;
    const taken = field[1](value, notes, field[0]);
    if (taken !== undefined) result[name] = taken;
  }
  return result;
}

/** A nested object; left out, with a note, when it lacks one of `required`. */
export function object<T>(fields: Fields<T>, required: readonly (keyof T & string)[] = []): Reader<T> {
  return (raw, notes, key) => {
    if (!isRaw(raw)) return oddly(notes, key);
    const inner = notes.within(key);
    const result = readFields(raw, fields, inner);
    for (const name of required) {
      if (result[name] === undefined) return oddly(inner, name);
    }
    // All required fields are there, and the optional ones may be absent: that is a T.
    return result as T;
  };
}

/** As `object`, but an empty one is nothing: Go writes `"lastState": {}` where there is none. */
export function objectIfAny<T extends object>(fields: Fields<T>): Reader<T> {
  const read = object(fields);
  return (raw, notes, key) => {
    const result = read(raw, notes, key);
    return result !== undefined && Object.keys(result).length > 0 ? result : undefined;
  };
}

/** One field of a nested object of which nothing else is read. */
export function inside<T>(field: string, read: Reader<T>): Reader<T> {
  return (raw, notes, key) => {
    if (!isRaw(raw)) return oddly(notes, key);
    return isAbsent(raw[field]) ? undefined : read(raw[field], notes.within(key), field);
  };
}

/** A list of at most `max`; odd elements are left out, and so is what is over. */
export function list<T>(read: Reader<T>, max: number): Reader<T[]> {
  return (raw, notes, key) => {
    if (!Array.isArray(raw)) return oddly(notes, key);
    const inner = notes.within(key);
    if (raw.length > max) inner.odd(max);
    const taken: T[] = [];
    for (let index = 0; index < raw.length && index < max; index += 1) {
      const one = read(raw[index], inner, index);
      if (one !== undefined) taken.push(one);
    }
    return taken.length > 0 ? taken : undefined;
  };
}

/** Of a map of texts, the given keys. */
export function keys(names: readonly string[], read: Reader<string>): Reader<Record<string, string>> {
  return (raw, notes, key) => {
    if (!isRaw(raw)) return oddly(notes, key);
    const inner = notes.within(key);
    const taken = names.flatMap((name) => {
      const value = isAbsent(raw[name]) ? undefined : read(raw[name], inner, name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return taken.length > 0 ? Object.fromEntries(taken) : undefined;
  };
}

/** Text of at most `max` characters that matches; empty text is nothing. */
export function text(pattern: RegExp, max: number): Reader<string> {
  return (raw, notes, key) => {
    if (raw === '') return undefined;
    return typeof raw === 'string' && raw.length <= max && pattern.test(raw) ? raw : oddly(notes, key);
  };
}

/** Text of any kind, for what goes over it before anything else is done with it. */
export const anyText: Reader<string> = (raw, notes, key) =>
  typeof raw === 'string' ? raw : oddly(notes, key);

// \p{C} is everything without a face: controls, which could write on a terminal, and halves of surrogate pairs.
export const name = text(/^[^\s\p{C}]+$/u, LIMITS.nameLength);
/** Becomes part of an event's `id`, where a slash separates. */
export const identifier = text(/^[^\s\p{C}/]+$/u, LIMITS.nameLength);
/** A word of the sources' vocabulary: `CrashLoopBackOff`, `Ready`, `example.com/gate`. Never a sentence. */
export const word = text(/^[A-Za-z0-9](?:[-\w.:/]*\w)?$/, LIMITS.labelLength);
export const image = text(/^[^\s\p{C}]+$/u, LIMITS.imageLength);
/** The API server allows 63 of these to a label's value, and none at all. */
export const labelValue: Reader<string> = (raw, notes, key) =>
  typeof raw === 'string' && /^[-\w.]{0,63}$/.test(raw) ? raw : oddly(notes, key);

/** A time as the contract writes it. Go's zero time, which Docker writes for "not yet", is nothing. */
export const time: Reader<string> = (raw, notes, key) => {
  if (!isTime(raw)) return oddly(notes, key);
  return raw.startsWith('0001-01-01') ? undefined : raw;
};

export function integer(min: number, max: number): Reader<number> {
  return (raw, notes, key) =>
    typeof raw === 'number' && Number.isInteger(raw) && raw >= min && raw <= max ? raw : oddly(notes, key);
}

export const count = integer(0, 2_147_483_647);
export const int32 = integer(-2_147_483_648, 2_147_483_647);
export const exitCode = integer(-2_147_483_648, 4_294_967_295);
export const bool: Reader<boolean> = (raw, notes, key) =>
  typeof raw === 'boolean' ? raw : oddly(notes, key);

/** A whole number that the source writes as text, as Docker does in attributes. */
export function digits(read: Reader<number>): Reader<number> {
  return (raw, notes, key) =>
    typeof raw === 'string' && /^-?\d{1,16}$/.test(raw) ? read(Number(raw), notes, key) : oddly(notes, key);
}

/** Whole seconds, as Kubernetes writes them, and thousandths, as we do: those are told by a glance. */
const PLAIN =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/** Whether it is a time as the contract writes it. */
export function isTime(raw: unknown): raw is string {
  return typeof raw === 'string' && (PLAIN.test(raw) || timestamp.safeParse(raw).success);
}

function oddly(notes: Notes, key: string | number): undefined {
  notes.odd(key);
  return undefined;
}
