import type { Source } from '../observation.ts';
import type { Tell } from '../telemetry/happening.ts';
import { listen } from '../telemetry/listeners.ts';

export interface Readiness {
  /** Learns from what happens. */
  readonly note: Tell;
  /** These are to be watched; before it is called, nothing is ready. */
  expect(sources: readonly Source['name'][]): void;
  read(): { readonly isReady: boolean; readonly lines: readonly string[] };
}

/**
 * An agent is ready while it watches everything that it is to watch, or stands by while another replica does. An API
 * that is away does not make it unready: events wait in the spool, which is what it is for; a line says so all the same.
 */
export function createReadiness(): Readiness {
  let expected: readonly Source['name'][] | undefined;
  let leader: string | undefined;
  let isDelivering = true;
  /** Undefined where it is watched; otherwise why not. */
  const unwatched = new Map<string, string | undefined>();
  /** Why the last attempt to watch it failed. */
  const failing = new Map<string, string>();
  return {
    expect(sources) {
      expected = sources;
    },
    note: listen({
      stated({ statement: { type, watched, reason } }) {
        if (type === 'gap-opened') unwatched.set(watched, reason ?? 'gap');
        if (type === 'gap-closed' || type === 'recording-began') unwatched.set(watched, undefined);
      },
      // A gap is stated only after some time; who waits for an agent to be ready is to know at once.
      'watch-failed': ({ source, reason, isNews }) => {
        if (isNews) failing.set(source, reason);
      },
      'watch-recovered': ({ source }) => failing.delete(source),
      following: ({ leader: other }) => {
        leader = other;
      },
      'leading-began': () => {
        leader = undefined;
      },
      'delivery-failed': () => {
        isDelivering = false;
      },
      'delivery-recovered': () => {
        isDelivering = true;
      },
    }),
    read() {
      if (expected === undefined) return { isReady: false, lines: ['the agent is starting'] };
      const delivery = isDelivering ? [] : ['api: takes nothing at the moment; events wait in the spool'];
      if (leader !== undefined)
        return { isReady: true, lines: ['standing by: another replica leads', ...delivery] };
      const why = expected.map(
        (name) => failing.get(name) ?? (unwatched.has(name) ? unwatched.get(name) : 'not watched yet'),
      );
      const lines = expected.map((name, index) => `${name}: ${why[index] ?? 'watched'}`);
      return { isReady: why.every((one) => one === undefined), lines: [...lines, ...delivery] };
    },
  };
}
