import type * as z from 'zod/mini';
import { readBody } from './body.ts';
import { reasonOf } from './issue-reason.ts';
import { nestsDeeper } from './json-depth.ts';
import { parseJson } from './parse-json.ts';
import { Problem } from './problem.ts';

const MAX_DEPTH = 8;
/** The largest of them, a registration with 20 keys, stays well below. */
const BOUNDS = { bodyBytes: 256 * 1024, inflatedBodyBytes: 256 * 1024 };

/** A request's JSON body as its schema has it; no body at all is an empty object. @throws Problem that names the field */
export async function readJsonBody<T>(request: Request, schema: z.ZodMiniType<T>): Promise<T> {
  const type = (request.headers.get('content-type') ?? 'application/json').replace(/;.*/s, '').trim();
  if (type.toLowerCase() !== 'application/json') {
    throw new Problem('unsupported-content-type', 'Send the body as application/json.', {
      headers: { accept: 'application/json' },
    });
  }
  const body = await readBody(request, BOUNDS);
  const value: unknown = body.trim() === '' ? {} : parseShallow(body);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Problem('invalid-body', `${reasonOf(parsed.error.issues, value)}.`, {
    members: { field: (issue?.path ?? []).map((part) => String(part).slice(0, 80)).join('.') },
  });
}

function parseShallow(body: string): unknown {
  if (nestsDeeper(body, MAX_DEPTH)) {
    throw new Problem('malformed-body', `The body nests deeper than ${MAX_DEPTH} levels.`);
  }
  return parseJson(body);
}
