// The API is held to its own OpenAPI document: every answer is as it says, to whatever it allows or forbids.
import fc, { type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Changes } from '../../../functions/api/changes.ts';
import { PROBLEMS } from '../../../functions/api/problem.ts';
import { type Answer, ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import {
  allowedRequest,
  allowedValue,
  isDots,
  knownRequest,
  type Sent,
  sendDocumented,
} from '../../support/documented-requests.ts';
import {
  type DocumentedOperation,
  type DocumentedParameter,
  documentedOperations,
} from '../../support/openapi.ts';
import { INTERNALS } from '../../support/internals.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { POD } from '../../support/recorded-events.ts';

const RUNS = 40;
/** Reports over ten years are among what is allowed. */
const TIMEOUT_MS = 90_000;
const { events } = tellHistory([
  { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
  { kind: 'exit-1', ranMs: 60_000, downMs: 3_000 },
]);

/** What there is something of, so that not every answer is that there is nothing. */
const known: Record<string, string[]> = {
  cluster: ['lab'],
  uid: [POD.uid],
  ns: [POD.namespace],
  namespace: [POD.namespace],
  name: [POD.name],
  node: [POD.node ?? ''],
  kind: ['Pod'],
  from: ['2026-02-28T00:00:00Z'],
  to: ['2026-03-02T00:00:00Z'],
  since: ['2026-03-01T00:00:00Z'],
  timeZone: ['Europe/Berlin'],
  id: [],
};
/** Of these the document cannot say all that is asked: what goes together, and which time zones there are. */
const RELATED = new Set(['from', 'to', 'at', 'since', 'cursor', 'interval', 'by', 'timeZone']);

/** Whoever follows is let go at once, so that the answer ends. */
const changes: Changes = {
  publish: () => {},
  follow(_cluster, _uid, { onEnd }) {
    queueMicrotask(onEnd);
    return () => {};
  },
  close: () => {},
};

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ changes });
  await api.post('lab', ndjson(events));
  await api.request('/v1/admin/clusters/lab', { method: 'PUT' });
});
afterAll(() => api.close());
/** One operation revokes it, so that each has another. */
beforeEach(async () => {
  const request = { kind: 'admin', description: '', expiresAt: null, requestsPerMinute: null } as const;
  known['id'] = [(await api.tokens.make(request)).id];
});

/** Requests with one thing that the document forbids. */
function forbidden(operation: DocumentedOperation): Arbitrary<Sent> {
  const { parameters, body } = operation;
  const inQuery = parameters.filter((one) => one.in === 'query');
  const names = new Set(inQuery.map(({ name }) => name));
  const bad = (one: DocumentedParameter) =>
    fc
      .oneof(
        fc.string({ maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.constant('x'.repeat(5_000)),
      )
      .filter((value) => !one.allows(value) && !isDots(value) && value !== '');
  const spoilt: Arbitrary<Sent>[] = [
    fc
      .tuple(allowedRequest(operation, known), fc.stringMatching(/^[a-z]{3,12}$/))
      .filter(([, name]) => !names.has(name))
      .map(([sent, name]) => ({ ...sent, query: [...sent.query, [name, '1'] as const] })),
    ...inQuery.map((one) =>
      fc.tuple(allowedRequest(operation, known), bad(one)).map(([sent, value]) => ({
        ...sent,
        query: [...sent.query.filter(([name]) => name !== one.name), [one.name, value] as const],
      })),
    ),
    ...inQuery.map((one) =>
      fc.tuple(allowedRequest(operation, known), allowedValue(one, known)).map(([sent, value]) => ({
        ...sent,
        query: [[one.name, value] as const, [one.name, value] as const, ...sent.query],
      })),
    ),
    ...parameters
      .filter((one) => one.in === 'path')
      .map((one) =>
        fc
          .tuple(allowedRequest(operation, known), bad(one))
          .map(([sent, value]) => ({ ...sent, path: { ...sent.path, [one.name]: value } })),
      ),
  ];
  if (body !== undefined) {
    const otherBody = fc.oneof(
      fc.jsonValue(),
      body.values.map((value) => ({ ...Object(value), other: 1 })),
    );
    spoilt.push(
      fc
        .tuple(
          allowedRequest(operation, known),
          otherBody.filter((value) => !body.allows(value)),
        )
        .map(([sent, value]) => ({ ...sent, body: value })),
    );
  }
  return fc.oneof(...spoilt);
}

const codeOf = ({ json }: Answer) => json?.type?.replace('https://podlapse.dev/problems/', '');

const operations = documentedOperations().map((one) => [`${one.method} ${one.path}`, one] as const);

describe.each(operations)('%s', (_, operation) => {
  it(
    'answers as documented what the document allows',
    async () => {
      const statuses = new Set<number>();
      const request = fc.oneof(
        { weight: 2, arbitrary: allowedRequest(operation, known) },
        { weight: 1, arbitrary: knownRequest(operation, known) },
      );
      await fc.assert(
        fc.asyncProperty(request, async (sent) => {
          const answer = await sendDocumented(api, operation, sent);
          statuses.add(answer.status);
          expect(operation.faultOf(answer)).toBeUndefined();
          expect(answer.status).toBeLessThan(500);
          // What the document allows, the schemas take: at most, things do not go together.
          if (codeOf(answer) === 'invalid-parameter') expect(RELATED).toContain(answer.json.parameter);
          expect(answer.status).not.toBe(405);
        }),
        { numRuns: RUNS },
      );
      expect([...statuses].some((status) => status < 300)).toBe(true);
    },
    TIMEOUT_MS,
  );
});

// What asks after health adds parameters of its own, and is answered nevertheless.
const strict = operations.filter(([, { open }]) => !open);

describe.each(strict)('%s', (_, operation) => {
  it(
    'refuses what the document forbids, with a problem that it documents',
    async () => {
      await fc.assert(
        fc.asyncProperty(forbidden(operation), async (sent) => {
          const answer = await sendDocumented(api, operation, sent);
          expect(answer.status).toBeGreaterThanOrEqual(400);
          expect(answer.status).toBeLessThan(500);
          expect(operation.faultOf(answer)).toBeUndefined();
          expect(Object.keys(PROBLEMS)).toContain(codeOf(answer));
          expect(answer.json.detail).not.toMatch(INTERNALS);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});
