import { createSignal, type Signal } from '../signal.ts';

const KEY = 'podlapse.token';

/** Whether the reader has to sign in: `asked` for a token, or the one that was given was `refused`. */
export type SignInNeed = 'none' | 'asked' | 'refused';

/** The reader's token: kept for the tab, never in a URL. */
export interface Session {
  readonly token: Signal<string | undefined>;
  readonly need: Signal<SignInNeed>;
  signIn(token: string): void;
  signOut(): void;
  /** The API has refused to answer without a (better) token. */
  refuse(): void;
}

export function createSession(storage: Storage): Session {
  const token = createSignal<string | undefined>(storage.getItem(KEY) ?? undefined);
  const need = createSignal<SignInNeed>('none');
  const forget = (why: SignInNeed) => {
    storage.removeItem(KEY);
    token.set(undefined);
    need.set(why);
  };
  return {
    token,
    need,
    signIn(given) {
      storage.setItem(KEY, given);
      token.set(given);
      need.set('none');
    },
    signOut: () => forget('asked'),
    refuse: () => forget(token.value === undefined ? 'asked' : 'refused'),
  };
}
