/** Says that Kubernetes did not count a restart, with the shape that the drawings have for it. */
export function NotCounted() {
  return (
    <span class="not-counted">
      <svg width="12" height="12" aria-hidden="true">
        <path d="M6 0L12 6L6 12L0 6Z" />
      </svg>{' '}
      NOT counted
    </span>
  );
}
