import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** What is being fetched: `data` stays there while it is fetched anew, and when that fails. */
export interface Resource<T> {
  readonly data: T | undefined;
  readonly error: Error | undefined;
  readonly isLoading: boolean;
  /** Fetches it anew. */
  readonly reload: () => void;
}

/**
 * Fetches something for as long as the component is there, and again when `key` changes; what was asked for before is
 * then forgotten, and its request given up. An undefined key fetches nothing.
 */
export function useResource<T>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<T>,
): Resource<T> {
  const [state, setState] = useState<{
    key?: string | undefined;
    data?: T;
    error?: Error;
    isLoading: boolean;
  }>({
    isLoading: key !== undefined,
  });
  const [round, setRound] = useState(0);
  const latestLoad = useRef(load);
  latestLoad.current = load;
  useEffect(() => {
    if (key === undefined) {
      setState({ isLoading: false });
      return;
    }
    const abort = new AbortController();
    setState((before) => (before.key === key ? { ...before, isLoading: true } : { key, isLoading: true }));
    const settle = async () => {
      try {
        const data = await latestLoad.current(abort.signal);
        if (!abort.signal.aborted) setState({ key, data, isLoading: false });
      } catch (error) {
        if (abort.signal.aborted) return;
        const told = error instanceof Error ? error : new Error(String(error));
        setState((before) => ({ ...before, error: told, isLoading: false }));
      }
    };
    void settle();
    return () => abort.abort();
  }, [key, round]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  const isCurrent = state.key === key;
  return {
    data: isCurrent ? state.data : undefined,
    error: isCurrent ? state.error : undefined,
    isLoading: key !== undefined && (!isCurrent || state.isLoading),
    reload,
  };
}
