export interface FreshCacheParts<T> {
  readonly load: (key: string) => Promise<T | undefined>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly maxAgeMs: number;
  readonly maxEntries: number;
}

export interface FreshCache<T> {
  /** What was loaded within `maxAgeMs`, or what is loaded now. Nothing found is not remembered, nor a failure. */
  get(key: string): Promise<T | undefined>;
}

/** Remembers what was loaded for a while; of too many entries, the oldest goes. Asked twice at once, it loads once. */
export function createFreshCache<T>({
  load,
  clock,
  maxAgeMs,
  maxEntries,
}: FreshCacheParts<T>): FreshCache<T> {
  const entries = new Map<string, { readonly value: Promise<T | undefined>; readonly loadedAtMs: number }>();

  const loadEntry = async (key: string): Promise<T | undefined> => {
    let found: T | undefined;
    try {
      found = await load(key);
    } finally {
      if (found === undefined) entries.delete(key);
    }
    return found;
  };

  return {
    get(key) {
      const known = entries.get(key);
      if (known !== undefined && clock() - known.loadedAtMs < maxAgeMs) return known.value;
      entries.delete(key);
      const value = loadEntry(key);
      entries.set(key, { value, loadedAtMs: clock() });
      const [oldest] = entries.keys();
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
      return value;
    },
  };
}
