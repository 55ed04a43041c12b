import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ApiClient } from './api/client.ts';
import type { Session } from './api/session.ts';
import type { Theme } from './theme.ts';

/** What the page is made of; `web/main.tsx` puts it together. */
export interface Parts {
  readonly api: ApiClient;
  readonly session: Session;
  readonly theme: Theme;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

export const PartsContext = createContext<Parts | undefined>(undefined);

/** @throws Error outside the page */
export function useParts(): Parts {
  const parts = useContext(PartsContext);
  if (parts === undefined) throw new Error('a view needs the page around it');
  return parts;
}
