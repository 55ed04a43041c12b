/** Where JSON text stops being JSON. Both count from 1, as editors do. */
export interface JsonFault {
  readonly line: number;
  readonly position: number;
}

const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\r\n]*/y;

type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/**
 * The first fault of a text that JSON.parse refused. V8's own message names a position only for some faults
 * (v8/src/json/json-parser.cc, `ReportUnexpectedToken`), so this reads the text once more by the grammar of RFC 8259.
 * Undefined if there is no fault.
 */
export function findJsonFault(json: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = afterSpace(json, 0);
  while (at < json.length) {
    const step = read(json, at, expected, open);
    if (step === undefined) return faultAt(json, at);
    if (step.fault !== undefined) return faultAt(json, step.fault);
    expected = step.expected;
    at = afterSpace(json, step.next);
  }
  return expected === 'nothing' ? undefined : faultAt(json, json.length);
}

interface Step {
  readonly next: number;
  readonly expected: Expected;
  /** Where in the token the fault is. */
  readonly fault?: number;
}

function read(json: string, at: number, expected: Expected, open: ('{' | '[')[]): Step | undefined {
  const mark = json.charAt(at);
  const enclosing = open.at(-1);
  const closed = (): Step => {
    open.pop();
    return { next: at + 1, expected: open.length === 0 ? 'nothing' : 'comma-or-end' };
  };
  switch (expected) {
    case 'nothing':
      return undefined;
    case 'colon':
      return mark === ':' ? { next: at + 1, expected: 'value' } : undefined;
    case 'comma-or-end':
      if (mark === ',') return { next: at + 1, expected: enclosing === '{' ? 'key' : 'value' };
      return mark === (enclosing === '{' ? '}' : ']') ? closed() : undefined;
    case 'key':
    case 'key-or-end':
      if (mark === '}' && expected === 'key-or-end') return closed();
      return mark === '"' ? readString(json, at, 'colon') : undefined;
    case 'value':
    case 'value-or-end': {
      if (mark === ']' && expected === 'value-or-end') return closed();
      if (mark === '{' || mark === '[') {
        open.push(mark);
        return { next: at + 1, expected: mark === '{' ? 'key-or-end' : 'value-or-end' };
      }
      const after: Expected = open.length === 0 ? 'nothing' : 'comma-or-end';
      if (mark === '"') return readString(json, at, after);
      SCALAR.lastIndex = at;
      return SCALAR.test(json) ? { next: SCALAR.lastIndex, expected: after } : undefined;
    }
  }
}

function readString(json: string, start: number, expected: Expected): Step {
  for (let at = start + 1; at < json.length; at += 1) {
    const mark = json.charAt(at);
    if (mark === '"') return { next: at + 1, expected };
    if (mark < ' ') return { next: at, expected, fault: at };
    if (mark === '\\') {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(json)) return { next: at, expected, fault: at };
      at = ESCAPE.lastIndex - 1;
    }
  }
  return { next: json.length, expected, fault: json.length };
}

function afterSpace(json: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(json);
  return SPACE.lastIndex;
}

function faultAt(json: string, at: number): JsonFault {
  const lineStart = json.lastIndexOf('\n', at - 1) + 1;
  return { line: json.slice(0, at).split('\n').length, position: at - lineStart + 1 };
}
