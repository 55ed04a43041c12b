// What a reader of some clusters is told does not depend on the others: with them or without, each answer is the same.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startTestApi, type TestApi } from '../../support/api.ts';
import { allowedRequest, sendDocumented } from '../../support/documented-requests.ts';
import { documentedOperations } from '../../support/openapi.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { POD } from '../../support/recorded-events.ts';

const mine = tellHistory([
  { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
  { kind: 'exit-1', ranMs: 60_000, downMs: 3_000 },
]);
const theirs = tellHistory([
  { kind: 'exit-1', ranMs: 30_000, downMs: 3_000 },
  { kind: 'exit-1', ranMs: 50_000, downMs: 3_000 },
  { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
]);
const OTHERS = ['a-first', 'lab-2', 'prod'];
const known = {
  cluster: ['lab', ...OTHERS, 'none'],
  uid: [POD.uid],
  ns: [POD.namespace],
  namespace: [POD.namespace],
  name: [POD.name],
  node: [POD.node ?? ''],
  kind: ['Pod'],
  limit: ['1', '2'],
  from: ['2026-02-28T00:00:00Z'],
  to: ['2026-03-02T00:00:00Z'],
};

let alone: TestApi;
let among: TestApi;
beforeAll(async () => {
  const options = {
    authorise: () => ({ kind: 'reader', clusters: new Set(['lab']) }) as const,
    clock: () => Date.parse('2026-03-01T13:00:00Z'),
  };
  [alone, among] = await Promise.all([startTestApi(options), startTestApi(options)]);
  await Promise.all([alone, among].map((api) => api.store.putEvents('lab', mine.events)));
  for (const cluster of OTHERS) await among.store.putEvents(cluster, theirs.events);
});
afterAll(() => Promise.all([alone.close(), among.close()]));

/** All of an answer but its own name. */
function substance({ status, headers, text }: Answer) {
  const seen = [...headers].filter(([name]) => name !== 'x-request-id');
  return { status, headers: seen, text: text.replaceAll(/"requestId":"[^"]*"/g, '') };
}

const reads = documentedOperations()
  .filter(({ method }) => method === 'GET')
  .map((operation) => [operation.path, operation] as const);

describe.each(reads)('GET %s', (_, operation) => {
  it('tells a reader of one cluster the same, whatever other clusters there are', async () => {
    await fc.assert(
      fc.asyncProperty(allowedRequest(operation, known), async (sent) => {
        const [without, within] = await Promise.all([
          sendDocumented(alone, operation, sent),
          sendDocumented(among, operation, sent),
        ]);
        expect(substance(within)).toEqual(substance(without));
      }),
      { numRuns: 40 },
    );
  });
});

describe('a list', () => {
  it.each(['/v1/clusters?limit=1', '/v1/restarts?from=2026-02-28T00:00:00Z&to=2026-03-02T00:00:00Z&limit=1'])(
    'such as %s is the same to its last page',
    async (path) => {
      const pages = async (api: TestApi) => {
        const seen: unknown[] = [];
        for (let next: string | null = path; next !== null; ) {
          const answer: Answer = await api.get(next);
          seen.push(answer.json);
          next = answer.json.next;
        }
        return seen;
      };
      const seen = await pages(among);
      expect(seen).toEqual(await pages(alone));
      expect(JSON.stringify(seen)).toContain('"lab"');
    },
  );
});
