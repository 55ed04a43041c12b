import { useRef } from 'preact/hooks';

/**
 * The value, or the last one that there was: while something else is being fetched, what was there before stays to be
 * looked at, and the focus where it is.
 */
export function useLast<T>(value: T | undefined): T | undefined {
  const last = useRef<T>(undefined);
  if (value !== undefined) last.current = value;
  return last.current;
}
