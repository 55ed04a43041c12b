import { createSignal, type Signal } from './signal.ts';

const KEY = 'podlapse.theme';
export type ThemeChoice = 'system' | 'light' | 'dark';

/** Light or dark, as the system says or as the reader chose, who is remembered in this browser. */
export interface Theme {
  readonly choice: Signal<ThemeChoice>;
  choose(choice: ThemeChoice): void;
}

export function createTheme(root: HTMLElement, storage: Storage): Theme {
  const stored = storage.getItem(KEY);
  const choice = createSignal<ThemeChoice>(stored === 'light' || stored === 'dark' ? stored : 'system');
  const apply = () => {
    if (choice.value === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = choice.value;
  };
  apply();
  return {
    choice,
    choose(next) {
      choice.set(next);
      if (next === 'system') storage.removeItem(KEY);
      else storage.setItem(KEY, next);
      apply();
    },
  };
}
