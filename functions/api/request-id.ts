/** What others call their requests: UUIDs, ULIDs, trace ids. Anything else could be meant to confuse whoever reads a log. */
const FORM = /^[\w.=-]{8,128}$/;

/** The sender's own name for a request, where it is well formed; otherwise a new one. */
export function requestIdOf(request: Request, randomId: () => string): string {
  const given = request.headers.get('x-request-id');
  return given !== null && FORM.test(given) ? given : randomId();
}
