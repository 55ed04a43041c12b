import { render } from 'preact';
import { createApiClient } from './app/api/client.ts';
import { createSession } from './app/api/session.ts';
import { App } from './app/app.tsx';
import { PartsContext } from './app/parts.ts';
import { interceptLinks } from './app/place.ts';
import { createTheme } from './app/theme.ts';

const session = createSession(window.sessionStorage);
const parts = {
  session,
  api: createApiClient({ fetch: window.fetch.bind(window), session }),
  theme: createTheme(document.documentElement, window.localStorage),
  clock: Date.now,
};

interceptLinks(document);
const root = document.querySelector('#app');
if (root !== null) {
  render(
    <PartsContext.Provider value={parts}>
      <App />
    </PartsContext.Provider>,
    root,
  );
}
