import { findJsonFault } from './json-fault.ts';
import { Problem } from './problem.ts';

/** The value that a request's body is as JSON. @throws Problem that says where it stops being JSON */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const { line, position } = findJsonFault(body) ?? { line: 1, position: 1 };
    throw new Problem('malformed-body', `The body is not valid JSON (line ${line}, position ${position}).`, {
      members: { line, position },
      cause: error,
    });
  }
}
