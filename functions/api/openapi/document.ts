import * as z from 'zod/mini';
import { PROBLEM_CONTENT_TYPE, PROBLEMS, type ProblemCode, problemType } from '../problem.ts';
import { PATH_PARAMETERS } from '../parameters.ts';
import type { Operation, ResponseContent } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { groupOf } from './group.ts';
import { COMPONENTS } from './schemas.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The API as OpenAPI 3.1, whose schema dialect is JSON Schema 2020-12, as zod writes it. Requests, events and
 * answers are described by the schemas that the code itself uses.
 */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of OPERATIONS) {
    (paths[operation.path] ??= {})[operation.method] = operationObject(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'podlapse',
      version: '1',
      description: 'Every run of every container, why it ended, and which restarts Kubernetes did not count.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: schemas(),
      parameters: HEADERS,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const TEXT_HEADER = { schema: { type: 'string' } };

/** Headers that requests may have. */
const HEADERS = {
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    description:
      'The sender’s name for the request: 8 to 128 of letters, digits and ._=-. It is answered with, and stands in the log; where there is none, or another, a new one is made.',
    schema: { type: 'string' },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of an answer that is already there.',
    schema: { type: 'string' },
  },
} as const;

/** What every operation may answer that asks who is there. */
const OF_EVERY_TOKEN = [
  'unauthorised',
  'forbidden',
  'host-not-allowed',
  'too-many-requests',
  'internal',
  'store-busy',
] as const satisfies readonly ProblemCode[];

const refTo = (id: string) => `#/components/schemas/${id}`;

function schemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });
  const { schemas: made } = z.toJSONSchema(registry, { uri: refTo, io: 'output' });
  return Object.fromEntries(
    Object.entries(made).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [id, schema]),
  );
}

function operationObject(operation: Operation): Json {
  return {
    operationId: operation.id,
    tags: [groupOf(operation.path)],
    summary: operation.summary,
    ...(operation.open === true ? { security: [] } : { security: [{ token: [] }, {}] }),
    parameters: [
      ...pathParameters(operation.path),
      ...queryParameters(operation.query),
      { $ref: '#/components/parameters/RequestId' },
      ...(isConditional(operation) ? [{ $ref: '#/components/parameters/IfNoneMatch' }] : []),
    ],
    ...(operation.requestBody === undefined ? {} : { requestBody: operation.requestBody }),
    responses: {
      [operation.status ?? 200]: {
        description: operation.answer,
        ...(isConditional(operation) ? { headers: { ETag: TEXT_HEADER } } : {}),
        content: contentOf(operation.content),
      },
      ...(isConditional(operation) ? { 304: { description: 'What If-None-Match names is current.' } } : {}),
      ...problemResponses(
        operation.open === true ? operation.problems : [...operation.problems, ...OF_EVERY_TOKEN],
      ),
    },
  };
}

/** What is read can be asked for again, if it has changed; health, and what goes on, is never kept. */
function isConditional({ method, open, live }: Operation): boolean {
  return method === 'get' && open !== true && live !== true;
}

function pathParameters(path: string): readonly Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const schema = Object.entries(PATH_PARAMETERS).find(([known]) => known === name)?.[1];
    return {
      name,
      in: 'path',
      required: true,
      schema: schema === undefined ? { type: 'string' } : bare(schema),
    };
  });
}

function queryParameters(query: Operation['query']): readonly Json[] {
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !z.safeParse(schema, undefined).success,
    schema: bare(schema),
  }));
}

function bare(schema: z.core.$ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

function contentOf(content: ResponseContent): Json {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, id]) => [
      mediaType,
      { schema: id === null ? { type: 'string' } : { $ref: refTo(id) } },
    ]),
  );
}

function problemResponses(codes: readonly ProblemCode[]): Json {
  const byStatus = Map.groupBy(new Set(codes), (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => [
      status,
      {
        description: some.map((code) => `${PROBLEMS[code].title} (${problemType(code)})`).join('; '),
        ...(status === 429 || status === 503 ? { headers: { 'Retry-After': TEXT_HEADER } } : {}),
        content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: refTo('Problem') } } },
      },
    ]),
  );
}
