/** A name from a cluster: kept apart, so that marks in it which turn the direction of text turn nothing else. */
export function Name({ children }: { readonly children: string }) {
  return <bdi class="name">{children}</bdi>;
}
