import { adminListQuery, noQuery } from '../../../../timeline/contract/queries.ts';
import { requireAdmin } from '../../access.ts';
import { registrationRequest } from '../../../../timeline/contract/identity.ts';
import { readJsonBody } from '../../json-body.ts';
import { DEFAULT_PAGE_SIZE, listResponse } from '../../list-response.ts';
import { readPathParameter, readQuery } from '../../parameters.ts';
import { Problem } from '../../problem.ts';
import type { ApiParts, Route } from '../../route.ts';

const CLUSTERS = '/v1/admin/clusters';

/** Registers a cluster, or says anew what is known of it. */
export function registerClusterRoute({ registrations, authorise, clock, log }: ApiParts): Route {
  return {
    method: 'PUT',
    path: `${CLUSTERS}/:cluster`,
    handle: async (context) => {
      const by = requireAdmin(await authorise(context.req.raw));
      const cluster = readPathParameter('cluster', context.req.param('cluster'));
      readQuery(context.req.url, noQuery);
      const request = await readJsonBody(context.req.raw, registrationRequest);
      const registration = { cluster, ...request, updatedAt: new Date(clock()).toISOString() };
      await registrations.put(registration);
      log.info('registered a cluster', { cluster, issuer: request.tokenIssuer?.issuer ?? null, by });
      return Response.json(registration);
    },
  };
}

/** What a cluster was registered with. */
export function getRegistrationRoute({ registrations, authorise }: ApiParts): Route {
  return {
    method: 'GET',
    path: `${CLUSTERS}/:cluster`,
    handle: async (context) => {
      requireAdmin(await authorise(context.req.raw));
      const cluster = readPathParameter('cluster', context.req.param('cluster'));
      readQuery(context.req.url, noQuery);
      const registration = await registrations.get(cluster);
      if (registration === undefined) {
        throw new Problem('cluster-not-found', `The cluster "${cluster}" is not registered.`);
      }
      return Response.json(registration);
    },
  };
}

/** The registered clusters, by name. */
export function listRegistrationsRoute({ registrations, authorise }: ApiParts): Route {
  return {
    method: 'GET',
    path: CLUSTERS,
    handle: async (context) => {
      requireAdmin(await authorise(context.req.raw));
      const { limit, cursor } = readQuery(context.req.url, adminListQuery);
      const page = await registrations.list(Number(limit ?? DEFAULT_PAGE_SIZE), cursor);
      return listResponse(context.req.url, page);
    },
  };
}
