import { noQuery } from '../../../timeline/contract/queries.ts';
import { requireWriter } from '../access.ts';
import { type BatchForm, parseBatch } from '../batch.ts';
import { readBody } from '../body.ts';
import { readPathParameter, readQuery } from '../parameters.ts';
import { Problem } from '../problem.ts';
import type { ApiParts, Route } from '../route.ts';

/** Takes a batch of events. Answers once all that it accepted, and all that follows from it, is durable. */
export function ingestRoute({ store, authorise, changes }: ApiParts): Route {
  return {
    method: 'POST',
    path: '/v1/clusters/:cluster/events',
    handle: async (context) => {
      const principal = await authorise(context.req.raw, context.req.param('cluster'));
      const cluster = readPathParameter('cluster', context.req.param('cluster'));
      requireWriter(principal, cluster);
      readQuery(context.req.url, noQuery);
      const form = formOf(context.req.header('content-type'));
      const { events, rejected } = parseBatch(await readBody(context.req.raw), form);
      const outcomes = events.length === 0 ? [] : await store.putEvents(cluster, events);
      changes?.publish(
        cluster,
        events.filter((_, index) => outcomes[index] === 'accepted'),
      );
      const accepted = outcomes.filter((outcome) => outcome === 'accepted').length;
      return Response.json({ accepted, duplicates: outcomes.length - accepted, rejected });
    },
  };
}

/** Undefined where the body has to show its form itself. */
function formOf(contentType: string | undefined): BatchForm | undefined {
  const type = (contentType ?? '').replace(/;.*/s, '').trim().toLowerCase();
  switch (type) {
    case '':
      return undefined;
    case 'application/x-ndjson':
    case 'application/ndjson':
      return 'ndjson';
    case 'application/json':
      return 'envelope';
    default:
      throw new Problem(
        'unsupported-content-type',
        `The body's Content-Type is "${type}"; send NDJSON as application/x-ndjson, or {"events": […]} as application/json.`,
        { headers: { accept: 'application/x-ndjson, application/json' } },
      );
  }
}
