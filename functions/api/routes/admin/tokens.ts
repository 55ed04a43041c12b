import { adminListQuery, noQuery } from '../../../../timeline/contract/queries.ts';
import { requireAdmin } from '../../access.ts';
import { rotationRequest, tokenRequest } from '../../../../timeline/contract/identity.ts';
import type { MadeToken } from '../../identity/token-desk.ts';
import { readJsonBody } from '../../json-body.ts';
import { DEFAULT_PAGE_SIZE, listResponse } from '../../list-response.ts';
import { readPathParameter, readQuery } from '../../parameters.ts';
import type { ApiParts, Route } from '../../route.ts';

const TOKENS = '/v1/admin/tokens';

/** Makes a token. Its text is in the answer, and nowhere else ever after. */
export function makeTokenRoute({ tokens, authorise, log }: ApiParts): Route {
  return {
    method: 'POST',
    path: TOKENS,
    handle: async (context) => {
      const by = requireAdmin(await authorise(context.req.raw));
      readQuery(context.req.url, noQuery);
      const made = await tokens.make(await readJsonBody(context.req.raw, tokenRequest));
      log.info('made a token', { id: made.id, grant: made.grant, by });
      return madeResponse(made);
    },
  };
}

/** All tokens, oldest first: revoked and expired ones too. */
export function listTokensRoute({ tokens, authorise }: ApiParts): Route {
  return {
    method: 'GET',
    path: TOKENS,
    handle: async (context) => {
      requireAdmin(await authorise(context.req.raw));
      const { limit, cursor } = readQuery(context.req.url, adminListQuery);
      return listResponse(context.req.url, await tokens.list(Number(limit ?? DEFAULT_PAGE_SIZE), cursor));
    },
  };
}

/** What is known of one token. */
export function getTokenRoute({ tokens, authorise }: ApiParts): Route {
  return {
    method: 'GET',
    path: `${TOKENS}/:id`,
    handle: async (context) => {
      requireAdmin(await authorise(context.req.raw));
      const id = readPathParameter('id', context.req.param('id'));
      readQuery(context.req.url, noQuery);
      return Response.json(await tokens.get(id));
    },
  };
}

/** Makes a token that takes over from another one, which goes on for a while beside it. */
export function rotateTokenRoute({ tokens, authorise, log }: ApiParts): Route {
  return {
    method: 'POST',
    path: `${TOKENS}/:id/rotation`,
    handle: async (context) => {
      const by = requireAdmin(await authorise(context.req.raw));
      const id = readPathParameter('id', context.req.param('id'));
      readQuery(context.req.url, noQuery);
      const { overlapSeconds } = await readJsonBody(context.req.raw, rotationRequest);
      const made = await tokens.rotate(id, overlapSeconds);
      log.info('rotated a token', { id: made.id, replaces: id, overlapSeconds, by });
      return madeResponse(made);
    },
  };
}

/** Revokes a token. To revoke it again changes nothing. */
export function revokeTokenRoute({ tokens, authorise, log }: ApiParts): Route {
  return {
    method: 'DELETE',
    path: `${TOKENS}/:id`,
    handle: async (context) => {
      const by = requireAdmin(await authorise(context.req.raw));
      const id = readPathParameter('id', context.req.param('id'));
      readQuery(context.req.url, noQuery);
      const record = await tokens.revoke(id);
      log.info('revoked a token', { id, by });
      return Response.json(record);
    },
  };
}

function madeResponse(made: MadeToken): Response {
  return Response.json(made, { status: 201, headers: { location: `${TOKENS}/${made.id}` } });
}
