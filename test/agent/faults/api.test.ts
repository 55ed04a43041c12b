import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { DeadLetter } from '../../../agent/spool/dead-letters.ts';
import { accept, answer, type Behaviour } from '../../support/ingest-server.ts';
import { aWorld } from '../../support/killable-agent.ts';
import { until } from '../../support/until.ts';

/** Answers after all, but only a part of what it promised. */
const cutsItsAnswer: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"accepted":1,');
  setTimeout(() => response.destroy(), 20);
};
/** Takes the request and says nothing, until the connection is cut. */
const hangs: Behaviour = (_, response) => {
  setTimeout(() => response.destroy(), 1_000);
};

test.each<[what: string, behaviour: Behaviour]>([
  ['says 429', answer(429, { 'retry-after': '1' })],
  ['says 503', answer(503)],
  ['hangs', hangs],
  ['cuts its answer in the middle', cutsItsAnswer],
  ['answers with a page of a proxy', (_, response) => response.end('<html>welcome</html>')],
])('while the API %s nothing is lost, and all is sent when it is well', async (_what, behaviour) => {
  const { server, cluster, start, stated, complete, timelineOf } = await aWorld();
  const agent = start();
  await stated('recording-began', 'event');
  server.next(behaviour, behaviour);
  const before = server.requests.length;
  cluster.create('web');
  cluster.restart('web');
  await until('it was tried twice', () => server.requests.length >= before + 2, 20_000);
  cluster.restart('web');
  await complete(cluster);
  await agent.says(/the podlapse API takes events again/);

  const [uid = ''] = cluster.uids;
  expect(timelineOf(uid)).toMatchObject({ gaps: [], summary: { restarts: 2, complete: true } });
  agent.signal('SIGTERM');
  expect(await agent.ended()).toBe(0);
});

test('an event that the API refuses, or cannot even read, is put aside, and the others are stored', async () => {
  const { server, spool, cluster, start, stated, stored } = await aWorld();
  const agent = start();
  await stated('recording-began', 'event');
  for (const name of ['good', 'refused', 'poison', 'fine']) cluster.create(name);
  server.otherwise((request, response) => {
    const uids = request.events.map((event) => (event.source === 'pod' ? event.pod.uid : ''));
    if (uids.includes('poison-3')) {
      answer(400, {}, 'the body is not JSON')(request, response);
      return;
    }
    const index = uids.indexOf('refused-2');
    if (index === -1) accept(request, response);
    else {
      const rejected = [{ index, id: request.events[index]?.id, reason: 'odd' }];
      response.end(JSON.stringify({ accepted: uids.length - 1, duplicates: 0, rejected }));
    }
  });
  for (const name of ['good', 'refused', 'poison', 'fine']) cluster.restart(name);
  await until('the others are stored', () => {
    const ids = stored();
    return Array.from(cluster.expected).every((id) => ids.has(id));
  });
  await until(
    'both are told',
    () => (agent.err.match(/rejected an event for good|cannot read this event/g) ?? []).length >= 2,
  );
  agent.signal('SIGTERM');
  expect(await agent.ended()).toBe(0);

  const command = ['agent/main.ts', 'dead-letters', '--spool-dir', spool];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  const letters = stdout
    .trimEnd()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as DeadLetter & { readonly event: { readonly pod: { readonly uid: string } } },
    );
  expect(letters.map(({ reason, event }) => [event.pod.uid, reason])).toEqual(
    expect.arrayContaining([
      ['poison-3', expect.stringContaining('the body is not JSON')],
      ['refused-2', 'odd'],
    ]),
  );
});
