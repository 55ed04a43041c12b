import { hrefOf } from '../app/place.ts';

/** The timeline of a workload, named as reports name it (`Deployment/web`). */
export function workloadHref(cluster: string, namespace: string, workload: string): string {
  const slash = workload.indexOf('/');
  return hrefOf('workload', {
    cluster,
    namespace,
    kind: workload.slice(0, slash),
    name: workload.slice(slash + 1),
  });
}
