import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;

/**
 * One sentence for what a schema found wrong, with the field by its path: `containerStatuses.0.image: must be at most
 * 1024 characters`. `input` is what was examined. It repeats no value that was sent: that may be long, or what must
 * not be repeated.
 */
export function reasonOf(issues: readonly Issue[], input: unknown): string {
  const [first, ...others] = issues;
  if (first === undefined) return 'is not valid';
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const path = pathOf(first.path);
  return `${path === '' ? '' : `${path}: `}${isMissing(first, input) ? 'is missing' : fault(first)}${more}`.slice(
    0,
    MAX_REASON_LENGTH,
  );
}

const MAX_REASON_LENGTH = 500;
/** What zod/mini says where a schema gave no message of its own. */
const DEFAULT_MESSAGE = 'Invalid input';

function pathOf(path: readonly PropertyKey[]): string {
  return path.map((part) => String(part).slice(0, 80)).join('.');
}

function fault(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(issue.expected)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unit(issue.origin)}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unit(issue.origin)}`;
    case 'unrecognized_keys':
      return `unknown field ${issue.keys
        .slice(0, 3)
        .map((key) => JSON.stringify(key.slice(0, 80)))
        .join(', ')}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values.map(String))}`;
    case 'invalid_union':
      return 'options' in issue && issue.options !== undefined
        ? `must be ${oneOf(issue.options.map(String))}`
        : 'is none of the allowed forms';
    case 'invalid_key':
      return 'has a name that is not allowed';
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'custom':
      return issue.message === DEFAULT_MESSAGE ? 'is not valid' : issue.message;
  }
}

function isMissing(issue: Issue, input: unknown): boolean {
  if (issue.code === 'unrecognized_keys' || issue.code === 'custom') return false;
  const value = issue.path.reduce<unknown>(
    (inside, part) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, part) : undefined),
    input,
  );
  return value === undefined;
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters';
  if (origin === 'array') return ' items';
  return '';
}

function article(type: string): string {
  if (type === 'int') return 'a whole number';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function oneOf(values: readonly string[]): string {
  const quoted = values.map((value) => JSON.stringify(value));
  return quoted.length === 1 ? (quoted[0] ?? '') : `one of ${quoted.join(', ')}`;
}
