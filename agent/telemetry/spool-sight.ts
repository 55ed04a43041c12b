import { readEvent, type Spool } from '../spool/spool.ts';
import type { SpoolSight } from './metrics.ts';

/**
 * The same spool, of which can be seen how long its head has waited. Between two batches nothing waits longer than a
 * batch does for company, and that counts as nothing.
 *
 * @param now milliseconds since the epoch, of the agent's clock
 */
export function sighted(
  spool: Spool,
  now: () => number,
): { readonly spool: Spool; readonly look: () => SpoolSight } {
  let headAtMs: number | undefined;
  return {
    look: () => ({ ...spool.size, oldestAgeMs: headAtMs === undefined ? 0 : Math.max(0, now() - headAtMs) }),
    spool: {
      append: (events) => spool.append(events),
      async next(bounds, signal) {
        const batch = await spool.next(bounds, signal);
        const head = batch?.texts[0];
        headAtMs = head === undefined ? undefined : Date.parse(readEvent(head).observedAt);
        return (
          batch && {
            texts: batch.texts,
            async done(refused) {
              await batch.done(refused);
              headAtMs = undefined;
            },
          }
        );
      },
      get size() {
        return spool.size;
      },
      close: () => spool.close(),
    },
  };
}
