import * as z from 'zod/mini';
import { PROBLEM_CONTENT_TYPE, PROBLEMS, type ProblemCode, problemType } from '../problem.ts';
import { PATH_PARAMETERS } from '../parameters.ts';
import { OPERATIONS, type Operation, type ResponseContent } from './operations.ts';
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
    components: { schemas: schemas(), securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

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
    summary: operation.summary,
    ...(operation.open === true ? { security: [] } : { security: [{ token: [] }, {}] }),
    parameters: [...pathParameters(operation.path), ...queryParameters(operation.query)],
    ...(operation.requestBody === undefined ? {} : { requestBody: operation.requestBody }),
    responses: {
      200: { description: operation.answer, content: contentOf(operation.content) },
      ...problemResponses(operation.problems),
    },
  };
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
    required: false,
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
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => [
      status,
      {
        description: some.map((code) => `${PROBLEMS[code].title} (${problemType(code)})`).join('; '),
        content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: refTo('Problem') } } },
      },
    ]),
  );
}
