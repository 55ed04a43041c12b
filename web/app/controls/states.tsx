import type { ComponentChildren } from 'preact';
import { ApiProblem } from '../api/problem.ts';

/** Something is on its way. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <p class="loading" role="status">
      Loading {what} …
    </p>
  );
}

/** There is nothing to show, and what could be done about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Something went wrong: what the API says of it, and a way to try again. */
export function Failure({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  const [title, detail] =
    error instanceof ApiProblem
      ? [error.title, error.detail]
      : ['This part of the page failed', error.message];
  return (
    <div class="failure" role="alert">
      <h2>{title}</h2>
      <p>
        <bdi>{detail}</bdi>
      </p>
      {onRetry === undefined ? null : (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
