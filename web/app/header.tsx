import { useParts } from './parts.ts';
import { hrefOf } from './place.ts';
import { useSignalValue } from './signal.ts';
import type { ThemeChoice } from './theme.ts';
import type { ViewName } from './view-paths.ts';

const LINKS: readonly { readonly view: ViewName; readonly text: string }[] = [
  { view: 'overview', text: 'Overview' },
  { view: 'report', text: 'Reports' },
];
const NEXT_THEME: Readonly<Record<ThemeChoice, ThemeChoice>> = {
  system: 'light',
  light: 'dark',
  dark: 'system',
};

export function Header({ view }: { readonly view: ViewName | undefined }) {
  const { session, theme } = useParts();
  const isSignedIn = useSignalValue(session.token) !== undefined;
  const choice = useSignalValue(theme.choice);
  return (
    <header class="page-header">
      <a class="brand" href={hrefOf('overview')}>
        <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
          <path
            d="M2 10h12M18 10h12M2 22h6M12 22h18"
            stroke="var(--running)"
            stroke-width="5"
            stroke-linecap="round"
          />
          <path d="M16 4l5 6-5 6-5-6z" fill="var(--alarm)" />
        </svg>
        podlapse
      </a>
      <nav aria-label="Views">
        {LINKS.map(({ view: linked, text }) => (
          <a key={linked} href={hrefOf(linked)} aria-current={linked === view ? 'page' : undefined}>
            {text}
          </a>
        ))}
        <a href="/docs">API</a>
      </nav>
      <div class="page-tools">
        <button type="button" class="plain" onClick={() => theme.choose(NEXT_THEME[choice])}>
          Theme: {choice}
        </button>
        {isSignedIn ? (
          <button type="button" class="plain" onClick={() => session.signOut()}>
            Sign out
          </button>
        ) : null}
      </div>
    </header>
  );
}
