/** What a text is read as, or why it is refused. */
export type Reading<T> = { readonly value: T } | { readonly refused: string };

/** One thing that can be configured: how it is explained, and how it is read. */
export interface Setting<T> {
  /** A sentence for the help. */
  readonly about: string;
  /** What may be written, for the help and for refusals. */
  readonly allowed: string;
  /** What it is without being set, as it would be written. */
  readonly fallback: string;
  readonly read: (text: string) => Reading<T>;
}

type Form<T> = Pick<Setting<T>, 'allowed' | 'read'>;

/** A whole number from `min` up to `max`. */
export function wholeNumber(min: number, max: number): Form<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    read: (text) => {
      if (!/^\d{1,9}$/.test(text)) return { refused: 'it is not a whole number' };
      const value = Number(text);
      if (value < min) return { refused: `it is less than ${min}` };
      return value > max ? { refused: `it is more than ${max}` } : { value };
    },
  };
}

/** One of some numbers. */
export function oneOfNumbers(numbers: readonly number[]): Form<number> {
  const allowed = `one of ${numbers.join(', ')}`;
  return {
    allowed,
    read: (text) => {
      const value = Number(text);
      return numbers.includes(value) && text === String(value)
        ? { value }
        : { refused: 'it is none of those that there are' };
    },
  };
}

/** `on` or `off`; `true` and `false` are taken for them. */
export const onOrOff: Form<boolean> = {
  allowed: 'on or off',
  read: (text) => {
    if (text === 'on' || text === 'true') return { value: true };
    return text === 'off' || text === 'false' ? { value: false } : { refused: 'it is neither on nor off' };
  },
};

/** A text of a form; `what` says which, with an example. */
export function matching(form: RegExp, what: string): Form<string> {
  return {
    allowed: what,
    read: (text) => (form.test(text) ? { value: text } : { refused: 'it does not have this form' }),
  };
}

/** What `word` turns off, and else a form. */
export function unless<T>(word: string, form: Form<T>): Form<T | undefined> {
  return {
    allowed: `${word}, or ${form.allowed}`,
    read: (text) => (text === word ? { value: undefined } : form.read(text)),
  };
}

/** Any number of a form, separated by commas. */
export function listOf<T>(form: Form<T>): Form<readonly T[]> {
  return {
    allowed: `none, or any number, separated by commas, of: ${form.allowed}`,
    read: (text) => {
      if (text === 'none') return { value: [] };
      const values: T[] = [];
      for (const part of text.split(',')) {
        const reading = form.read(part.trim());
        if ('refused' in reading) return { refused: `of "${part.trim()}", ${reading.refused}` };
        values.push(reading.value);
      }
      return { value: values };
    },
  };
}
