import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type * as z from 'zod/mini';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { createClient } from '../../../cli/client/client.ts';
import {
  AnswerTooLargeError,
  ApiProblemError,
  ApiUnreachableError,
  UnexpectedAnswerError,
} from '../../../cli/client/errors.ts';
import { pathPart, queryText, type ReportQuery, type RestartsQuery } from '../../../cli/client/queries.ts';
import * as reads from '../../../cli/client/reads.ts';
import { fetchTransport, type Transport } from '../../../cli/client/transport.ts';
import { createHttpTransport } from '../../../cli/http-transport.ts';
import { recordedEvent } from '../../../timeline/contract/event.ts';
import { clusterRegistration, madeToken, tokenRecord } from '../../../timeline/contract/identity.ts';
import {
  clusterSummary,
  listedRestart,
  nodeTimelinePage,
  page,
  podSummary,
} from '../../../timeline/contract/lists.ts';
import { type Dimension, restartReport } from '../../../timeline/contract/report.ts';
import { type Cause, timeline } from '../../../timeline/contract/timeline.ts';
import { workloadTimeline } from '../../../timeline/contract/workload-timeline.ts';
import { freePort } from '../../support/free-port.ts';
import { readOpenMetrics } from '../../support/open-metrics.ts';
import { documentedOperations } from '../../support/openapi.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { POD } from '../../support/recorded-events.ts';
import { type ServedApi, serveTestApi } from '../../support/served-api.ts';

const { events } = tellHistory([
  { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
  { kind: 'exit-1', ranMs: 60_000, downMs: 3_000 },
]);
const MARCH = { from: '2026-02-28T00:00:00Z', to: '2026-03-03T00:00:00Z' };
const place = { cluster: 'lab', namespace: POD.namespace, name: POD.name };
const node = { cluster: 'lab', node: POD.node ?? '' };

let served: ServedApi;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  served = await serveTestApi();
  await served.api.store.putEvents('lab', events);
  client = createClient({ api: served.url });
  await client.registerCluster('lab', { description: 'the lab' });
  await client.makeToken({ kind: 'reader', clusters: ['lab'] });
});
afterAll(() => served.close());

const JSON_READS: readonly (readonly [string, reads.Read<unknown>, z.ZodMiniType])[] = [
  ['clusters', reads.clusters({ limit: 5 }), page(clusterSummary)],
  ['pods', reads.pods('lab', { restarted: true, limit: 5 }), page(podSummary)],
  ['podTimeline', reads.podTimeline({ cluster: 'lab', uid: POD.uid }), timeline],
  ['namedTimeline', reads.namedTimeline(place, {}), timeline],
  ['workloadTimeline', reads.workloadTimeline({ ...place, kind: 'Pod' }), workloadTimeline],
  ['nodeTimeline', reads.nodeTimeline(node), nodeTimelinePage],
  ['podEvents', reads.podEvents({ cluster: 'lab', uid: POD.uid }), page(recordedEvent)],
  ['restarts', reads.restarts({ ...MARCH, counted: true }), page(listedRestart)],
  [
    'restartReport',
    reads.restartReport({ ...MARCH, by: ['cluster', 'cause'], interval: 'day' }),
    restartReport,
  ],
  ['tokens', reads.tokens(), page(tokenRecord)],
  ['registrations', reads.registrations(), page(clusterRegistration)],
];

describe('the client', () => {
  it.each(JSON_READS)('reads %s, as the contract’s schema has it', async (_, read, schema) => {
    const answer = await client.read(read);
    expect(schema.safeParse(answer).error).toBeUndefined();
  });

  it('reads what is no JSON as text', async () => {
    expect(await client.read(reads.namedTimelineSvg(place))).toMatch(/^<svg /);
    expect(await client.read(reads.workloadTimelineSvg({ ...place, kind: 'Pod' }))).toMatch(/^<svg /);
    expect(await client.read(reads.restartReportLines(MARCH, 'csv'))).toMatch(/^from,to,cluster,/);
    expect(await client.read(reads.restartReportLines(MARCH, 'ndjson'))).toMatch(/^\{"from"/);
    const metrics = readOpenMetrics(
      await client.read(reads.restartMetrics({ cluster: 'lab', window: '24h' })),
    );
    expect(metrics.get('podlapse_open_gaps')?.samples).toHaveLength(1);
  });

  it('can read whatever the API documents, but for what is for machines alone', () => {
    const texts = [
      reads.namedTimelineSvg(place),
      reads.workloadTimelineSvg({ ...place, kind: 'Pod' }),
      reads.restartReportLines({}, 'csv'),
      reads.restartMetrics(),
    ];
    const paths = [...JSON_READS.map(([, read]) => read), ...texts].map(({ path }) =>
      path.replace(/\?.*/, ''),
    );
    const unread = documentedOperations()
      .filter(({ method, open }) => method === 'GET' && !open)
      .filter(
        ({ path }) => !paths.some((one) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(one)),
      )
      .map(({ path }) => path);
    expect(unread).toEqual([
      '/v1/clusters/{cluster}/pods/{uid}/live',
      '/v1/admin/clusters/{cluster}',
      '/v1/admin/tokens/{id}',
    ]);
  });

  it('gives the items of a list to its last page', async () => {
    const ids: string[] = [];
    const listed = client.items((cursor) =>
      reads.podEvents({ cluster: 'lab', uid: POD.uid }, { limit: 2, cursor }),
    );
    for await (const { id } of listed) ids.push(id);
    expect(ids.length).toBeGreaterThan(4);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('asks once more when its connection is cut, and gives up when it is cut again', async () => {
    let cuts = 0;
    const cut = (times: number): Transport => {
      cuts = 0;
      return (request) =>
        (cuts += 1) <= times
          ? Promise.reject(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
          : fetchTransport(request);
    };
    const withCuts = (times: number) => createClient({ api: served.url, transport: cut(times) });
    expect((await withCuts(1).read(reads.clusters())).items.length).toBeGreaterThan(0);
    await expect(withCuts(2).read(reads.clusters())).rejects.toThrow(/nothing answers .* ECONNRESET/);
    expect(cuts).toBe(2);
  });

  it('administers', async () => {
    const made = await client.makeToken({ kind: 'agent', cluster: 'lab' });
    expect(madeToken.safeParse(made).error).toBeUndefined();
    expect(await client.rotateToken(made.id, 60)).toMatchObject({ replaces: made.id });
    expect(await client.revokeToken(made.id)).toMatchObject({ id: made.id });
  });

  it('follows what changes, and does not ask for what it has', async () => {
    const stop = new AbortController();
    const sleeps: number[] = [];
    const following = createClient({
      api: served.url,
      sleep: async (ms) => {
        sleeps.push(ms);
        if (sleeps.length === 2) await served.api.store.putEvents('other', events);
        if (sleeps.length === 4) stop.abort();
      },
    });
    const seen: string[][] = [];
    for await (const { items } of following.follow(reads.clusters(), { everyMs: 7, signal: stop.signal })) {
      seen.push(items.map(({ name }) => name));
    }
    expect(seen).toEqual([['lab'], ['lab', 'other']]);
    expect(sleeps).toEqual([7, 7, 7, 7]);
  });

  it('throws the problem that the API answers with', async () => {
    const failure = await client
      .read(reads.podTimeline({ cluster: 'lab', uid: 'none' }))
      .catch((error) => error);
    expect(failure).toBeInstanceOf(ApiProblemError);
    expect(failure).toMatchObject({ status: 404, code: 'pod-not-found', requestId: expect.any(String) });
  });

  it('has the types of the schemas', () => {
    expectTypeOf<RestartsQuery['counted']>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<RestartsQuery['cause']>().toEqualTypeOf<Cause | undefined>();
    expectTypeOf<ReportQuery['by']>().toEqualTypeOf<readonly Dimension[] | undefined>();
    expectTypeOf<ReportQuery['top']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<keyof ReportQuery>().not.toEqualTypeOf<'format'>();
  });
});

describe('paths and queries', () => {
  it('are escaped, and a step up a path is no name', () => {
    expect(pathPart('a/b?c#d é\ud800')).toBe('a%2Fb%3Fc%23d%20%C3%A9%EF%BF%BD');
    expect(() => pathPart('..')).toThrow('is no name');
    expect(
      queryText({ cluster: 'a&b=c', limit: 5, restarted: true, by: ['cluster', 'cause'], at: undefined }),
    ).toBe('?cluster=a%26b%3Dc&limit=5&restarted=true&by=cluster%2Ccause');
  });
});

const transports = [
  ['fetch', {}],
  ['node:http', { transport: createHttpTransport({ ca: undefined, timeoutMs: 2_000 }) }],
] as const;

describe.each(transports)('by way of %s', (_, options) => {
  type Answering = (request: IncomingMessage, response: ServerResponse) => void;
  const against = async <T>(answering: Answering, work: (url: string) => Promise<T>): Promise<T> => {
    const server = createServer(answering).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  };
  const failing = (api: string, more = {}) =>
    createClient({ api, ...options, ...more })
      .read(reads.clusters())
      .catch((error: unknown) => error);

  it('an API that puts off is asked again, after as long as it says', async () => {
    const waits: number[] = [];
    let asked = 0;
    const answering: Answering = (_request, response) => {
      asked += 1;
      if (asked <= 2) {
        response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '3' });
        response.end('{"type":"https://podlapse.dev/problems/report-not-ready","title":"later"}');
      } else response.end('{"items":[],"cursor":null,"next":null}');
    };
    await against(answering, async (api) => {
      const patient = createClient({ api, ...options, sleep: async (ms) => void waits.push(ms) });
      expect(await patient.read(reads.clusters())).toMatchObject({ items: [] });
    });
    expect(waits).toEqual([3_000, 3_000]);
  });

  it('a token is sent as a bearer, and to no other address than the API’s', async () => {
    const seen: unknown[] = [];
    const failure = await against(
      (request, response) => {
        seen.push([request.url, request.headers.authorization]);
        response.writeHead(302, { location: '/elsewhere' }).end();
      },
      (api) => failing(`${api}/base/`, { token: () => Promise.resolve('podlapse_x') }),
    );
    expect(seen).toEqual([['/base/v1/clusters', 'Bearer podlapse_x']]);
    expect(failure).toBeInstanceOf(UnexpectedAnswerError);
  });

  it.each<[string, Answering]>([
    [
      'HTML',
      (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    ],
    ['other JSON', (_request, response) => void response.end('{"hello":"world"}')],
    ['null', (_request, response) => void response.end('null')],
    ['an error of a proxy', (_request, response) => void response.writeHead(502).end('Bad Gateway')],
    ['too deep', (_request, response) => void response.end('['.repeat(200_000))],
    [
      'a problem of another service',
      (_request, response) =>
        void response
          .writeHead(404, { 'content-type': 'application/problem+json' })
          .end('{"type":"about:blank"}'),
    ],
  ])('what is no podlapse is told: %s', async (_what, answering) => {
    expect(await against(answering, (api) => failing(api))).toBeInstanceOf(UnexpectedAnswerError);
  });

  it('an answer without end is not read to its end', async () => {
    const failure = await against(
      (_request, response) => {
        const more = () => {
          while (response.write('x'.repeat(10_000)));
          response.once('drain', more);
        };
        more();
      },
      (api) => failing(api, { maxAnswerBytes: 100_000 }),
    );
    expect(failure).toBeInstanceOf(AnswerTooLargeError);
  });

  it('nobody, and one who hangs up, are unreachable', async () => {
    const nobody = await failing(`http://127.0.0.1:${await freePort()}`);
    expect(nobody).toBeInstanceOf(ApiUnreachableError);
    expect(nobody).toMatchObject({ code: 'ECONNREFUSED' });
    expect(
      await against(
        (request) => void request.socket.destroy(),
        (api) => failing(api),
      ),
    ).toBeInstanceOf(ApiUnreachableError);
    const cut: Answering = (request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{');
      setImmediate(() => request.socket.destroy());
    };
    expect(await against(cut, (api) => failing(api))).toBeInstanceOf(ApiUnreachableError);
  });
});
