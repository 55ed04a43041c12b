import type { Log } from '../log.ts';
import type { DeliveryReports, Trouble } from './deliver.ts';

/** What delivery tells, as sentences for whoever runs the agent. */
export function createDeliveryLog(log: Log, api: URL, cluster: string): DeliveryReports {
  const where = { api: api.href, cluster };
  return {
    trouble: (trouble) => log.warn({ ...where, problem: trouble.problem }, sentenceOf(trouble, api, cluster)),
    recovered: () => log.info(where, 'the podlapse API takes events again'),
    stored: ({ rejected }, events) => {
      for (const { index, id, reason } of rejected) {
        log.error(
          { ...where, index, id: id ?? events[index]?.id, reason },
          'the podlapse API rejected an event for good; the others of its batch are stored',
        );
      }
    },
    undeliverable: ({ id, source }, problem) =>
      log.error({ ...where, id, source, problem }, 'the podlapse API cannot read this event: it is left out'),
  };
}

function sentenceOf(trouble: Trouble, api: URL, cluster: string): string {
  if (trouble.kind === 'unavailable') {
    return `the podlapse API at ${api.href} cannot be used (${trouble.problem}): check that it runs and that --api is right; events are kept, and the agent keeps trying`;
  }
  const keeps = 'events are kept, and the agent keeps trying, seldom';
  switch (trouble.status) {
    case 401:
      return `the podlapse API at ${api.href} does not know our token (${trouble.problem}): check --token-file; ${keeps}`;
    case 403:
      return `our token may not write to cluster "${cluster}" (${trouble.problem}): check --cluster and --token-file; ${keeps}`;
    default:
      return `what is at ${api.href} does not take events (${trouble.problem}): check that --api is the address of a podlapse API; ${keeps}`;
  }
}
