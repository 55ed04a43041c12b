import type { Tell } from '../telemetry/happening.ts';
import type { DeliveryReports } from './deliver.ts';

/**
 * Tells of what becomes of events at the API.
 *
 * @param now milliseconds since the epoch, of the agent's clock
 */
export function createDeliveryLog(
  tell: Tell,
  { api, cluster }: { readonly api: URL; readonly cluster: string },
  now: () => number,
): DeliveryReports {
  const where = { api, cluster };
  return {
    trouble: (trouble) => {
      const status = trouble.kind === 'refused' ? trouble.status : undefined;
      tell({ what: 'delivery-failed', ...where, status, problem: trouble.problem });
    },
    recovered: () => tell({ what: 'delivery-recovered', ...where }),
    stored: ({ accepted, duplicates, rejected }, eventAt) => {
      const observedAtMs = Date.parse(eventAt(0)?.observedAt ?? '');
      const latencyMs = Number.isNaN(observedAtMs) ? 0 : Math.max(0, now() - observedAtMs);
      tell({ what: 'delivered', ...where, accepted, duplicates, latencyMs });
      for (const { index, id, reason } of rejected) {
        tell({ what: 'event-rejected', ...where, index, id: id ?? eventAt(index)?.id, reason });
      }
    },
    undeliverable: ({ id, source }, problem) =>
      tell({ what: 'event-undeliverable', ...where, id, source, problem }),
  };
}
