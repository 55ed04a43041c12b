import { createContext, Script } from 'node:vm';
import { isRaw } from './trim/readers.ts';

/** Text in which what looks like a secret is replaced, and how many passages that were. */
export interface Redacted {
  readonly lines: readonly string[];
  readonly count: number;
}

/**
 * Replaces in the lines of one log what looks like a secret.
 * @throws RedactionTimeoutError when the operator's own patterns take too long: nothing of that log may leave then
 */
export type Redact = (lines: readonly string[]) => Redacted;

/** A pattern of the operator's backtracks without end on something that a container wrote. */
export class RedactionTimeoutError extends Error {
  override readonly name = 'RedactionTimeoutError';
}

const MARK = '[redacted]';
/** Nothing is redacted twice. */
const NOT_MARKED = '(?!\\[redacted\\])';

/** What things are called whose value is a secret. */
const SECRET_NAME =
  '(?:password|passwd|passphrase|pwd|(?<![a-z])pass|secret|token|api[_-]?key|(?:access|account|private|signing|encryption|shared)[_-]?key|credentials?|cookie|connection[_-]?string|signature|(?<![a-z])sig|session[_-]?id)(?:[_-]?(?:key|value|hash|id|\\d{1,2}))?';
/** Between a name and its value, in headers, JSON, JSON in JSON, YAML, query strings, Go's maps, XML and SQL. */
const SEPARATOR =
  '(?:\\\\{0,3}["\'])?(?:\\s{0,4}(?:[:=]>?)\\s{0,4}|>|\\s{1,4}(?=["\']))(?:\\[(?!redacted\\]))?';
/** The quote that a value may begin with. */
const QUOTE = '(?:\\\\"|["\'])?';
const VALUE = [
  // A text in JSON that is a text in JSON.
  '(?<=\\\\")(?:[^"\\\\]|\\\\[^"]|\\\\\\\\\\\\")+',
  '(?<=(?<!\\\\)")(?:[^"\\\\]|\\\\.)+',
  "(?<=')(?:[^'\\\\]|\\\\.)+",
  // More than the value rather than less: a comma may be part of it.
  '[^\\s"\'&<\\\\][^\\s"\'&<]*',
].join('|');

/**
 * Each replaces its match but for what its first group holds. None can take more than time in proportion to the line's
 * length, times a constant: there is no repetition within a repetition.
 */
const RULES: readonly RegExp[] = [
  // Headers, to the end of the quoted text or else of the line: what follows the scheme can have several parts.
  /((?:authorization|cookie)\\{0,3}["']?\s{0,4}[:=]>?\s{0,4}(?:\[(?!redacted\]))?\\{0,3}["'])(?!\[redacted\])[^"'\\]+/giu,
  /((?:authorization|cookie)\\{0,3}["']?\s{0,4}[:=]>?\s{0,4}(?:\[(?!redacted\]))?)(?![\s"'\\[]).+/giu,
  /(\b(?:bearer|apikey)\s{1,4})[\w.~+/=-]{8,}/giu,
  // JSON Web Tokens: `{"` in base64url.
  /()\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/gu,
  // AWS key IDs; tokens of GitHub, GitLab, Slack, Google, Stripe, npm and podlapse, which say what they are.
  /()\b(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|ANPA|ANVA|AROA)[A-Z0-9]{16}\b/gu,
  /()\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|AIza|[prs]k_(?:live|test)_|npm_|podlapse_)[\w-]{16,}/gu,
  // In a URL a password, or a token in the place of the user.
  /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/"'<>]{0,256}:)[^\s"'<>]{1,256}(?=@)/giu,
  /(:\/\/)[^\s:@/"'<>]{16,256}(?=@)/gu,
  new RegExp(`(${SECRET_NAME}${SEPARATOR}${QUOTE})${NOT_MARKED}(?:${VALUE})`, 'giu'),
  // A flag of a command.
  new RegExp(`((?<![\\w-])--?[\\w-]{0,48}?${SECRET_NAME}\\s{1,4})${NOT_MARKED}[^\\s-]\\S*`, 'giu'),
];

const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{1,64}-----/u;
const PEM_END = /-----END [A-Z0-9 ]{1,64}-----/u;
/** A line of the inside of a PEM block whose beginning was not seen. */
const BASE64_LINE = /^[^A-Za-z0-9]{0,16}[A-Za-z0-9+/]{16,}={0,2}\W{0,8}$/u;

/**
 * Makes the one function that log lines pass through on their way out. Rules cannot know every secret: a log can hold
 * one in spite of them.
 *
 * @param own the operator's patterns, of which each whole match is replaced
 * @param timeoutMs how long those may take for one log
 */
export function createRedact(own: readonly RegExp[] = [], timeoutMs = 100): Redact {
  const redactOwn = own.length === 0 ? undefined : withTimeout((line) => replaceAll(line, own), timeoutMs);
  return (lines) => {
    const withoutPem = redactPem(lines);
    const byRules = eachLine(withoutPem, (line) => replaceAll(line, RULES));
    return redactOwn === undefined ? byRules : redactOwn(byRules);
  };
}

interface Replaced {
  readonly text: string;
  readonly count: number;
}

function replaceAll(line: string, rules: readonly RegExp[]): Replaced {
  let text = line;
  let count = 0;
  for (const rule of rules) {
    text = text.replace(rule, (match: string, kept: unknown) => {
      if (match === '') return match;
      count += 1;
      return rules === RULES ? `${String(kept)}${MARK}` : MARK;
    });
  }
  return { text, count };
}

function eachLine({ lines, count }: Redacted, replace: (line: string) => Replaced): Redacted {
  const replaced = lines.map(replace);
  return {
    lines: replaced.map(({ text }) => text),
    count: replaced.reduce((sum, one) => sum + one.count, count),
  };
}

/** Only a context of its own gives a bound to how long a pattern may take. */
function withTimeout(replace: (line: string) => Replaced, timeoutMs: number): (before: Redacted) => Redacted {
  const context: { work: () => unknown } = { work: () => undefined };
  createContext(context);
  const script = new Script('work()');
  return (before) => {
    let after = before;
    context.work = () => {
      after = eachLine(before, replace);
    };
    try {
      script.runInContext(context, { timeout: timeoutMs });
    } catch (cause) {
      // The error is of that context, so it is no instance of this one's Error.
      if (!isRaw(cause) || cause['code'] !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw cause;
      throw new RedactionTimeoutError(
        `the patterns of --log-redact-file took longer than ${timeoutMs} ms for one log`,
        { cause },
      );
    }
    return after;
  };
}

/** Keys and certificates, over several lines or in one; also those whose beginning or end was cut off. */
function redactPem(lines: readonly string[]): Redacted {
  const result: string[] = [];
  let count = 0;
  let isInside = false;
  for (const line of lines) {
    let text = line;
    if (!isInside && PEM_END.test(text) && !PEM_BEGIN.test(text)) {
      while (BASE64_LINE.test(result.at(-1) ?? '')) result.pop();
      result.push(MARK);
      count += 1;
      text = text.slice(text.search(PEM_END)).replace(PEM_END, '');
    } else if (isInside) {
      const end = PEM_END.exec(text);
      if (end === null) continue;
      isInside = false;
      text = text.slice(end.index + end[0].length);
    }
    for (let begin = PEM_BEGIN.exec(text); begin !== null; begin = PEM_BEGIN.exec(text)) {
      count += 1;
      const after = text.slice(begin.index + begin[0].length);
      const end = PEM_END.exec(after);
      isInside = end === null;
      text = `${text.slice(0, begin.index)}${MARK}${end === null ? '' : after.slice(end.index + end[0].length)}`;
    }
    if (text !== '' || line === '') result.push(text);
  }
  return { lines: result, count };
}
