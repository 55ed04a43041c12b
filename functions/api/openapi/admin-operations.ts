import { adminListQuery, noQuery } from '../../../timeline/contract/queries.ts';
import * as z from 'zod/mini';
import { registrationRequest, rotationRequest, tokenRequest } from '../../../timeline/contract/identity.ts';
import type { Operation } from './operation.ts';

const SENDING = [
  'malformed-body',
  'invalid-body',
  'body-too-large',
  'inflated-body-too-large',
  'unsupported-content-type',
  'unsupported-content-encoding',
] as const;

/** A body's schema stands where it is used: it is what may be sent, where a component is what is answered. */
function jsonBody(schema: z.ZodMiniType, required: boolean) {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { required, content: { 'application/json': { schema: rest } } };
}

/** What administrators do: register clusters, make and revoke tokens. */
export const ADMIN_OPERATIONS: readonly Operation[] = [
  {
    id: 'listRegistrations',
    method: 'get',
    path: '/v1/admin/clusters',
    summary: 'The registered clusters, by name.',
    query: adminListQuery,
    answer: 'A page of registrations.',
    content: { 'application/json': 'ClusterRegistrationPage' },
    problems: ['invalid-parameter', 'invalid-cursor'],
  },
  {
    id: 'getRegistration',
    method: 'get',
    path: '/v1/admin/clusters/{cluster}',
    summary: 'What a cluster was registered with.',
    query: noQuery,
    answer: 'The registration.',
    content: { 'application/json': 'ClusterRegistration' },
    problems: ['invalid-parameter', 'cluster-not-found'],
  },
  {
    id: 'registerCluster',
    method: 'put',
    path: '/v1/admin/clusters/{cluster}',
    summary:
      'Registers a cluster, or says anew what is known of it: above all, whose ServiceAccount tokens its agents have. It takes effect within a minute.',
    query: noQuery,
    requestBody: jsonBody(registrationRequest, false),
    answer: 'The registration as it is now.',
    content: { 'application/json': 'ClusterRegistration' },
    problems: ['invalid-parameter', ...SENDING],
  },
  {
    id: 'listTokens',
    method: 'get',
    path: '/v1/admin/tokens',
    summary:
      'All tokens, oldest first, with when each was last used (to the hour). Of the tokens themselves nothing is kept.',
    query: adminListQuery,
    answer: 'A page of tokens.',
    content: { 'application/json': 'TokenPage' },
    problems: ['invalid-parameter', 'invalid-cursor'],
  },
  {
    id: 'makeToken',
    method: 'post',
    path: '/v1/admin/tokens',
    summary:
      'Makes a token: for the agents of a cluster, for reading some clusters or all (`*`), or for administration.',
    query: noQuery,
    requestBody: jsonBody(tokenRequest, true),
    status: 201,
    answer: 'The token. It is shown this once.',
    content: { 'application/json': 'MadeToken' },
    problems: ['invalid-parameter', ...SENDING],
  },
  {
    id: 'getToken',
    method: 'get',
    path: '/v1/admin/tokens/{id}',
    summary: 'What is known of a token.',
    query: noQuery,
    answer: 'The token’s record.',
    content: { 'application/json': 'TokenRecord' },
    problems: ['invalid-parameter', 'token-not-found'],
  },
  {
    id: 'rotateToken',
    method: 'post',
    path: '/v1/admin/tokens/{id}/rotation',
    summary:
      'Makes a token for the same as another, which goes on beside it for `overlapSeconds` (a day if not said).',
    query: noQuery,
    requestBody: jsonBody(rotationRequest, false),
    status: 201,
    answer: 'The new token. It is shown this once.',
    content: { 'application/json': 'MadeToken' },
    problems: ['invalid-parameter', ...SENDING, 'token-not-found', 'token-ended'],
  },
  {
    id: 'revokeToken',
    method: 'delete',
    path: '/v1/admin/tokens/{id}',
    summary: 'Revokes a token. It is refused everywhere within half a minute.',
    query: noQuery,
    answer: 'The token’s record as it is now.',
    content: { 'application/json': 'TokenRecord' },
    problems: ['invalid-parameter', 'token-not-found'],
  },
];
