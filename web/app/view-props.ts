/** What every view is given. */
export interface ViewProps {
  /** Of the URL; never changed in place. */
  readonly params: URLSearchParams;
}
