/**
 * The name under which a kube context is recorded as a cluster: what a cluster's name cannot hold becomes `-`, and
 * where nothing is left, or there is no context, it is `local`.
 */
export function clusterOfContext(context: string | undefined): string {
  const name = (context ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, 63)
    .replace(/[-.]+$/, '');
  return name === '' ? 'local' : name;
}
