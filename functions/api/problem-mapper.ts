import { InvalidCursorError, ReportNotReadyError, StoreBusyError } from '../store/errors.ts';
import { Problem, PROBLEM_CONTENT_TYPE, PROBLEMS, problemDocument } from './problem.ts';

/** Any error as a problem. What we did not foresee says nothing of its inside: that is for the log. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof InvalidCursorError) {
    return new Problem('invalid-cursor', error.message, { members: { parameter: 'cursor' }, cause: error });
  }
  if (error instanceof ReportNotReadyError) {
    return new Problem('report-not-ready', error.message, {
      headers: { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) },
      cause: error,
    });
  }
  if (error instanceof StoreBusyError) {
    return new Problem('store-busy', error.message, {
      headers: { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) },
      cause: error,
    });
  }
  return new Problem('internal', 'The cause is in the log, under the requestId.', { cause: error });
}

/** A problem as a response. */
export function problemResponse(problem: Problem, requestId: string): Response {
  return new Response(JSON.stringify(problemDocument(problem, requestId)), {
    status: PROBLEMS[problem.code].status,
    headers: { 'content-type': PROBLEM_CONTENT_TYPE, 'cache-control': 'no-store', ...problem.headers },
  });
}
