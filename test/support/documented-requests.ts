// Requests that the OpenAPI document allows, and their sending.
import fc, { type Arbitrary } from 'fast-check';
import type { Answer, TestApi } from './api.ts';
import { type DocumentedOperation, type DocumentedParameter, isJson } from './openapi.ts';

export interface Sent {
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly body: unknown;
}

/** By parameter, what there is something of, so that not every answer is that there is nothing. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Values that a parameter may have. */
export function allowedValue({ name, values }: DocumentedParameter, known: Known): Arbitrary<string> {
  const allowed = values
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .filter((value) => !isDots(value));
  const there = known[name] ?? [];
  return there.length === 0
    ? allowed
    : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...there) }, allowed);
}

/** A URL never keeps these as a part of its path. */
export function isDots(value: string): boolean {
  return value === '.' || value === '..';
}

/** Requests that the document allows. */
export function allowedRequest({ parameters, body }: DocumentedOperation, known: Known): Arbitrary<Sent> {
  const named = (where: 'path' | 'query') =>
    Object.fromEntries(
      parameters.filter((one) => one.in === where).map((one) => [one.name, allowedValue(one, known)]),
    );
  const required = parameters.filter((one) => one.in === 'query' && one.required).map(({ name }) => name);
  return fc.record({
    path: fc.record(named('path')),
    query: fc.record(named('query'), { requiredKeys: required }).map((query) => Object.entries(query)),
    body: body?.values ?? fc.constant(undefined),
  });
}

/** The request that asks for what there is: only what is required, and of it what is known. */
export function knownRequest({ parameters, body }: DocumentedOperation, known: Known): Arbitrary<Sent> {
  const required = (where: 'path' | 'query') =>
    Object.fromEntries(
      parameters
        .filter((one) => one.in === where && one.required)
        .map((one) => {
          const there = known[one.name] ?? [];
          return [one.name, there.length === 0 ? allowedValue(one, known) : fc.constantFrom(...there)];
        }),
    );
  return fc.record({
    path: fc.record(required('path')),
    query: fc.record(required('query')).map((query) => Object.entries(query)),
    body: body?.values ?? fc.constant(undefined),
  });
}

export async function sendDocumented(
  api: TestApi,
  operation: DocumentedOperation,
  { path, query, body }: Sent,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const encode = (text: string) => encodeURIComponent(text.toWellFormed());
  const where = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encode(path[name] ?? ''));
  const search = query.map((pair) => pair.map(encode).join('=')).join('&');
  const response = await api.request(`${where}${search === '' ? '' : `?${search}`}`, {
    method: operation.method,
    ...(body === undefined
      ? { headers }
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined,
  };
}
