import {
  AnswerTooLargeError,
  ApiProblemError,
  ApiUnreachableError,
  UnexpectedAnswerError,
} from './client/errors.ts';
import { UsageError } from './command-line/spec.ts';
import { printable } from './terminal/text-width.ts';

/** What the program ends with, for scripts; the help tells them. */
export const EXIT = {
  done: 0,
  fault: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  unreachable: 5,
  restartsFound: 10,
  interrupted: 130,
} as const;

/** Nothing of that name is recorded. The message says what there is instead. */
export class NothingFoundError extends Error {
  override readonly name = 'NothingFoundError';
}

/** The user ended what goes on by itself. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

export interface Failure {
  /** What happened, and the next step: lines for people. */
  readonly lines: readonly string[];
  readonly exitCode: number;
}

export interface FailureFacts {
  readonly api: URL | undefined;
  /** Where the token is from; undefined if there is none. */
  readonly tokenFrom: string | undefined;
}

/** What an error means to the user. Undefined if it is a fault of ours. */
export function failureOf(error: unknown, facts: FailureFacts): Failure | undefined {
  if (error instanceof InterruptedError) return { lines: [], exitCode: EXIT.interrupted };
  if (error instanceof UsageError) return { lines: [error.message], exitCode: EXIT.usage };
  if (error instanceof RangeError && error.message.endsWith(' is no name'))
    return { lines: [error.message], exitCode: EXIT.usage };
  if (error instanceof NothingFoundError)
    return { lines: error.message.split('\n'), exitCode: EXIT.notFound };
  if (error instanceof ApiUnreachableError)
    return { lines: sayUnreachable(error), exitCode: EXIT.unreachable };
  if (error instanceof AnswerTooLargeError) return { lines: [error.message], exitCode: EXIT.fault };
  if (error instanceof UnexpectedAnswerError)
    return {
      lines: [
        printable(error.message),
        `Is the API at ${facts.api?.href ?? error.url.href}? Say where with --api or PODLAPSE_API; \`curl ${error.url.origin}/healthz\` shows what answers there.`,
      ],
      exitCode: EXIT.fault,
    };
  if (error instanceof ApiProblemError) return ofProblem(error, facts);
  return undefined;
}

function ofProblem(problem: ApiProblemError, facts: FailureFacts): Failure {
  const said = printable(problem.detail || problem.title);
  switch (problem.status) {
    case 401:
      return { lines: [sayToken(said, facts.tokenFrom), NEEDS_TOKEN], exitCode: EXIT.notAllowed };
    case 403:
      return {
        lines: [said, ...(problem.code === 'host-not-allowed' ? [] : [sayTokenSource(facts.tokenFrom)])],
        exitCode: EXIT.notAllowed,
      };
    case 404:
      return { lines: [said], exitCode: EXIT.notFound };
    case 400:
    case 413:
      return { lines: [said], exitCode: EXIT.usage };
    case 429:
    case 503:
      return {
        lines: [said, 'It was tried several times; try again in a while.'],
        exitCode: EXIT.unreachable,
      };
    default:
      return {
        lines: [
          `${said} (${problem.status} ${printable(problem.code)})`,
          ...(problem.requestId === undefined
            ? []
            : [`The API knows the request as ${printable(problem.requestId)}.`]),
        ],
        exitCode: EXIT.fault,
      };
  }
}

const NEEDS_TOKEN =
  'A token is given as PODLAPSE_TOKEN, --token-file PATH, or in ~/.config/podlapse/token; an administrator makes one with `podlapse token make --reader CLUSTER`.';

function sayToken(said: string, tokenFrom: string | undefined): string {
  return tokenFrom === undefined
    ? `${said} No token was given.`
    : `${said} The token of ${tokenFrom} was not taken.`;
}

function sayTokenSource(tokenFrom: string | undefined): string {
  return tokenFrom === undefined ? NEEDS_TOKEN : `The token is that of ${tokenFrom}.`;
}

function sayUnreachable({ url, code, message }: ApiUnreachableError): readonly string[] {
  switch (code) {
    case 'ECONNREFUSED':
      return [
        `Nothing listens at ${url.origin}.`,
        'Start podlapse here with `npm start`, or say where it is with --api URL or PODLAPSE_API.',
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        `There is no host ${url.hostname}, or its name cannot be looked up.`,
        'Say where the API is with --api URL or PODLAPSE_API.',
      ];
    case 'ETIMEDOUT':
      return [
        `${url.origin} does not answer in time.`,
        'Is it the right address, and can it be reached from here (VPN, proxy, firewall)?',
      ];
    case 'EPROTO':
    case 'HPE_INVALID_CONSTANT':
      return [
        `${url.origin} does not speak ${url.protocol.slice(0, -1)}.`,
        'Try the address with the other of http: and https:.',
      ];
    default:
      if (/CERT|SELF_SIGNED|ISSUER/.test(code))
        return [
          `The certificate of ${url.origin} is not trusted (${code}).`,
          'Name its authority with --api-ca-file PATH or PODLAPSE_API_CA_FILE.',
        ];
      return [printable(message), 'Say where the API is with --api URL or PODLAPSE_API.'];
  }
}
