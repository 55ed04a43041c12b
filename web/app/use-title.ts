import { useEffect } from 'preact/hooks';

/** Names the tab after what the view shows. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · podlapse`;
  }, [title]);
}
