import type { Authorise } from './access.ts';
import { Problem } from './problem.ts';

/**
 * Access for a server on loopback: who can reach it may do all, but it must be reached by a loopback name. A web page
 * whose own name was made to point here (DNS rebinding) sends that name as `Host`; a page that posts here from
 * elsewhere is given away by its `Origin`.
 */
export function createLoopbackAccess(): Authorise {
  return (request) => {
    const host = request.headers.get('host') ?? '';
    if (!isLoopback(host)) {
      throw new Problem(
        'host-not-allowed',
        `This podlapse answers only to localhost, 127.0.0.1 and [::1], not to the Host "${host}".`,
      );
    }
    const origin = request.headers.get('origin');
    if (origin !== null && !isLoopback(origin.replace(/^https?:\/\//, ''))) {
      throw new Problem('host-not-allowed', `This podlapse takes no requests from pages of "${origin}".`);
    }
    return { kind: 'local' };
  };
}

function isLoopback(hostAndPort: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(hostAndPort);
}
