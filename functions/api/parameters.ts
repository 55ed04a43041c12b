import * as z from 'zod/mini';
import { clusterName, identifier, objectName, word } from '../../timeline/contract/primitives.ts';
import { reasonOf } from './issue-reason.ts';
import { Problem } from './problem.ts';

/** The parts of a path, by name. */
export const PATH_PARAMETERS = {
  cluster: clusterName,
  uid: identifier,
  ns: objectName,
  name: objectName,
  node: objectName,
  kind: word.check(z.minLength(1)),
  id: z.string().check(z.regex(/^[0-9a-z-]{1,64}$/, 'must be the id of a token, as lists give it')),
} as const;

/**
 * A request's query as its schema has it. @throws Problem that names the parameter: one that is not valid, that is
 * given twice, or that is not known here (a misspelt filter would otherwise show too much in silence).
 */
export function readQuery<T>(url: string, schema: z.ZodMiniType<T>): T {
  const given: Record<string, string> = {};
  for (const [name, value] of new URL(url).searchParams) {
    if (Object.hasOwn(given, name)) throw invalid(name, 'is given more than once');
    given[name] = value;
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    throw invalid(issue.keys[0] ?? '', 'is not a parameter of this request');
  }
  const name = String(issue?.path[0] ?? '');
  throw invalid(name, reasonOf([{ ...(issue as z.core.$ZodIssue), path: [] }], given));
}

/** A part of the path. @throws Problem that names it. */
export function readPathParameter(name: keyof typeof PATH_PARAMETERS, value: string | undefined): string {
  const parsed = PATH_PARAMETERS[name].safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(name, reasonOf(parsed.error.issues.slice(0, 1), value));
}

function invalid(name: string, reason: string): Problem {
  return new Problem('invalid-parameter', `The parameter "${name.slice(0, 80)}" ${reason}.`, {
    members: { parameter: name.slice(0, 80) },
  });
}
