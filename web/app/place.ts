import { createSignal, useSignalValue } from './signal.ts';
import { VIEW_PATHS, type ViewName } from './view-paths.ts';

/** Where the page is: which view, and of what. All of it stands in the URL, so that every view can be shared. */
export interface Place {
  readonly view: ViewName | undefined;
  readonly params: URLSearchParams;
}

export type Params = Readonly<Record<string, string | undefined>>;

const place = createSignal(readPlace(window.location.href));

/** The place; the component is drawn again when it changes. */
export function usePlace(): Place {
  return useSignalValue(place);
}

/** A link to a view; parameters that are undefined are left out. Names from outside may hold lone surrogates. */
export function hrefOf(view: ViewName, params: Params = {}): string {
  return withQuery(VIEW_PATHS[view], params, new URLSearchParams());
}

/** Goes to a link of `hrefOf`. */
export function go(href: string): void {
  window.history.pushState(null, '', href);
  place.set(readPlace(window.location.href));
  window.scrollTo(0, 0);
}

/**
 * Changes some parameters of where the page is; undefined removes one. By default the browser's Back skips the change:
 * pass `keep` for one that a reader would want to go back from.
 */
export function setParams(changes: Params, { keep = false }: { readonly keep?: boolean } = {}): void {
  const { pathname, search, href } = window.location;
  const next = withQuery(pathname, changes, new URLSearchParams(search));
  if (new URL(next, href).href === href) return;
  if (keep) window.history.pushState(null, '', next);
  else window.history.replaceState(null, '', next);
  place.set(readPlace(window.location.href));
}

/** Links within the page lead there without a reload; new tabs, downloads and other paths are left to the browser. */
export function interceptLinks(document: Document): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    if (url.origin !== window.location.origin || readPlace(url.href).view === undefined) return;
    if (url.hash !== '') return;
    event.preventDefault();
    go(url.pathname + url.search);
  });
  window.addEventListener('popstate', () => place.set(readPlace(window.location.href)));
}

function readPlace(href: string): Place {
  const { pathname, searchParams } = new URL(href);
  const view = Object.entries(VIEW_PATHS).find(([, path]) => path === pathname)?.[0] as ViewName | undefined;
  return { view, params: searchParams };
}

function withQuery(path: string, changes: Params, query: URLSearchParams): string {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) query.delete(name);
    else query.set(name, value.toWellFormed());
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
