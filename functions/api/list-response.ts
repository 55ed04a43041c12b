import type { Page } from '../store/store.ts';

export const DEFAULT_PAGE_SIZE = 100;

/**
 * A page of a list: `{"items", "cursor", "next"}`; the last two are null on the last page. `next` is the path and
 * query of the next page, and stands in the Link header (RFC 8288) too.
 */
export function listResponse<T>(requestUrl: string, page: Page<T>): Response {
  const next = page.cursor === undefined ? null : nextOf(requestUrl, page.cursor);
  return Response.json(
    { items: page.items, cursor: page.cursor ?? null, next },
    next === null ? {} : { headers: { link: `<${next}>; rel="next"` } },
  );
}

/** The path and query of the page that `cursor` begins. */
export function nextOf(requestUrl: string, cursor: string): string {
  const url = new URL(requestUrl);
  url.searchParams.set('cursor', cursor);
  return url.pathname + url.search;
}
