import { useEffect, useState } from 'preact/hooks';

/** A value that tells who listens when it changes. */
export interface Signal<T> {
  readonly value: T;
  /** Gives what ends the listening. */
  listen(listener: () => void): () => void;
}

export interface WritableSignal<T> extends Signal<T> {
  set(value: T): void;
}

export function createSignal<T>(initial: T): WritableSignal<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get value() {
      return value;
    },
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The signal's value; the component is drawn again when it changes. */
export function useSignalValue<T>(signal: Signal<T>): T {
  const [value, setValue] = useState(signal.value);
  useEffect(() => {
    const follow = () => setValue(() => signal.value);
    follow();
    return signal.listen(follow);
  }, [signal]);
  return value;
}
