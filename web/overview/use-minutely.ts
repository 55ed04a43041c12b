import { useEffect, useRef } from 'preact/hooks';

const MINUTE_MS = 60_000;

/** Calls `refresh` every minute in which somebody looks at the page, as long as `isActive`. */
export function useMinutely(isActive: boolean, refresh: () => void): void {
  const latest = useRef(refresh);
  latest.current = refresh;
  useEffect(() => {
    if (!isActive) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') latest.current();
    }, MINUTE_MS);
    return () => clearInterval(timer);
  }, [isActive]);
}
