// The OpenAPI document as tests use it: what it allows, what it forbids, and whether an answer is as it says.
import type { Arbitrary } from 'fast-check';
import * as z from 'zod';
import { openApiDocument } from '../../functions/api/openapi/document.ts';
import { arbitraryOfJsonSchema, type JsonSchema } from './arbitrary-of-schema.ts';

export interface DocumentedParameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly values: Arbitrary<unknown>;
  allows(value: unknown): boolean;
}

export interface DocumentedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** No token is needed. */
  readonly open: boolean;
  readonly parameters: readonly DocumentedParameter[];
  /** The JSON bodies that it takes; undefined where it takes none. */
  readonly body: { readonly values: Arbitrary<unknown>; allows(value: unknown): boolean } | undefined;
  /** What is wrong with an answer; undefined if it is as documented. */
  faultOf(answer: {
    readonly status: number;
    readonly headers: Headers;
    readonly text: string;
  }): string | undefined;
}

interface RawParameter {
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}
interface RawOperation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters: readonly RawParameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: JsonSchema }> };
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: JsonSchema }> }>;
}

/** All operations of the document. */
export function documentedOperations(): readonly DocumentedOperation[] {
  const document = JSON.parse(JSON.stringify(openApiDocument())) as {
    readonly paths: Record<string, Record<string, RawOperation>>;
    readonly components: { readonly schemas: Record<string, JsonSchema> };
  };
  const inline = (schema: JsonSchema) => inlined(schema, document.components.schemas);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => documented(path, method, operation, inline)),
  );
}

function documented(
  path: string,
  method: string,
  operation: RawOperation,
  inline: (schema: JsonSchema) => JsonSchema,
): DocumentedOperation {
  const json = operation.requestBody?.content['application/json'];
  const responses = new Map(
    Object.entries(operation.responses).map(([status, { content = {} }]) => [
      Number(status),
      new Map(Object.entries(content).map(([type, { schema }]) => [type, validatorOf(inline(schema))])),
    ]),
  );
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    open: operation.security.length === 0,
    parameters: operation.parameters.flatMap(({ name, in: where, required, schema }) =>
      name === undefined || schema === undefined || (where !== 'path' && where !== 'query')
        ? []
        : [{ name, in: where, required: required === true, ...judged(schema) }],
    ),
    body: json === undefined ? undefined : judged(inline(json.schema)),
    faultOf({ status, headers, text }) {
      const content = responses.get(status);
      if (content === undefined) return `the status ${status} is not documented`;
      if (status === 304) return text === '' ? undefined : 'a 304 has a body';
      const type = (headers.get('content-type') ?? '').replace(/;.*/s, '');
      const validator = content.get(type);
      if (validator === undefined) return `the content type "${type}" is not documented for ${status}`;
      const { error } = validator.safeParse(isJson(type) ? JSON.parse(text) : text);
      return error === undefined ? undefined : `${status}: ${z.prettifyError(error)}`;
    },
  };
}

/** JSON as one document: NDJSON is text of many. */
export function isJson(contentType: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/.test(contentType);
}

function judged(schema: JsonSchema) {
  const validator = validatorOf(schema);
  return {
    values: arbitraryOfJsonSchema(schema),
    allows: (value: unknown) => validator.safeParse(value).success,
  };
}

function validatorOf(schema: JsonSchema): z.ZodType {
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
}

/** A schema with what it refers to put in its place; none of ours refers to itself. */
function inlined(schema: JsonSchema, components: Record<string, JsonSchema>): JsonSchema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    if ('$ref' in value && typeof value.$ref === 'string') {
      return walk(components[value.$ref.replace(/.*\//, '')] ?? {});
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(schema) as JsonSchema;
}
