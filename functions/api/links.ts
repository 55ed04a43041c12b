/** The path of a pod's timeline. */
export function timelinePath(cluster: string, uid: string): string {
  return `/v1/clusters/${encodeURIComponent(cluster)}/pods/${encodePart(uid)}/timeline`;
}

/** As encodeURIComponent, which throws at a lone surrogate: names come from outside and may hold one. */
function encodePart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
