import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Guard } from './controls/guard.tsx';
import { SignIn } from './controls/sign-in.tsx';
import { Empty, Failure, Loading } from './controls/states.tsx';
import { Header } from './header.tsx';
import { useParts } from './parts.ts';
import { usePlace } from './place.ts';
import { useSignalValue } from './signal.ts';
import { useTitle } from './use-title.ts';
import type { ViewName } from './view-paths.ts';
import type { ViewProps } from './view-props.ts';
import { VIEWS } from './views.ts';

/** The whole page: its header, and the view that the URL names, or the sign-in before it. */
export function App() {
  const { session } = useParts();
  const { view, params } = usePlace();
  const need = useSignalValue(session.need);
  const token = useSignalValue(session.token);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header view={view} />
      <main id="main" tabIndex={-1}>
        <Guard key={view}>
          {need !== 'none' ? (
            <SignIn wasRefused={need === 'refused'} />
          ) : view === undefined ? (
            <Empty title="There is no such page">
              <p>
                <a href="/">To the overview</a>
              </p>
            </Empty>
          ) : (
            <LazyView key={`${view} ${token ?? ''}`} view={view} params={params} />
          )}
        </Guard>
      </main>
    </>
  );
}

function LazyView({ view, params }: { readonly view: ViewName } & ViewProps) {
  const [loaded, setLoaded] = useState<{ readonly View?: ComponentType<ViewProps>; readonly error?: Error }>(
    {},
  );
  const { title, load } = VIEWS[view];
  useTitle(title);
  useEffect(() => {
    load().then(
      (View) => setLoaded({ View }),
      (error: unknown) => setLoaded({ error: error instanceof Error ? error : new Error(String(error)) }),
    );
  }, [load]);
  const { View, error } = loaded;
  if (error !== undefined) return <Failure error={error} onRetry={() => window.location.reload()} />;
  return View === undefined ? <Loading what="the view" /> : <View params={params} />;
}
