import { namedTimelineQuery } from '../../../timeline/contract/queries.ts';
import type { Timestamp } from '../../../timeline/contract/primitives.ts';
import type { TimelinePod } from '../../../timeline/contract/timeline.ts';
import { compareTimes } from '../../../timeline/time.ts';
import { requireReaderOf } from '../access.ts';
import { timelinePath } from '../links.ts';
import { loadTimeline } from '../load-timeline.ts';
import { negotiateFormat } from '../negotiate.ts';
import { readPathParameter, readQuery } from '../parameters.ts';
import { Problem } from '../problem.ts';
import type { ApiParts, Route } from '../route.ts';
import { timelineResponse } from '../timeline-response.ts';

/** The timeline of the latest pod of a name, or of the one that lived at a given time; `previous` links earlier ones. */
export function namedTimelineRoute({ store, authorise }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/v1/clusters/:cluster/namespaces/:ns/pods/:name/timeline',
    handle: async (context) => {
      const principal = await authorise(context.req.raw);
      const cluster = readPathParameter('cluster', context.req.param('cluster'));
      requireReaderOf(principal, cluster);
      const namespace = readPathParameter('ns', context.req.param('ns'));
      const name = readPathParameter('name', context.req.param('name'));
      const query = readQuery(context.req.url, namedTimelineQuery);
      const format = query.format ?? negotiateFormat(context.req.header('accept') ?? null);

      const pods = (await store.podsNamed(cluster, namespace, name)).map(({ pod }) => pod);
      const { at } = query;
      const index = at === undefined ? 0 : pods.findIndex((pod) => livedAt(pod, at));
      const chosen = pods[index];
      if (chosen === undefined) throw notFound(cluster, namespace, name, at);
      const timeline = await loadTimeline(store, cluster, chosen.uid);
      const previous = pods.slice(index + 1).map(({ uid }) => ({ uid, href: timelinePath(cluster, uid) }));
      return timelineResponse({ ...timeline, previous }, format);
    },
  };
}

/** Kubernetes' times are whole seconds, so a pod is alive in the seconds of its creation and of its deletion too. */
function livedAt({ createdAt, deletedAt }: TimelinePod, at: Timestamp): boolean {
  return (
    (createdAt === null || compareTimes(createdAt, at) <= 0) &&
    (deletedAt === null || compareTimes(deletedAt, at) >= 0)
  );
}

function notFound(cluster: string, namespace: string, name: string, at: Timestamp | undefined): Problem {
  const when = at === undefined ? '' : ` that lived at ${at}`;
  return new Problem(
    'pod-not-found',
    `Nothing is recorded of a pod "${name}" of namespace "${namespace}" in cluster "${cluster}"${when}.`,
  );
}
