// An API server of Kubernetes for one watch of pods, in a process of its own: what it costs is not the agent's.
// Its parent tells it `{ deltas, perSecond }`: from then on so many are sent at that pace, whatever the reader does.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAccessFiles } from '../test/support/fake-kubernetes/access-files.ts';
import { makeCertificates } from '../test/support/fake-kubernetes/certificates.ts';
import { DeltaFrames } from './delta-frames.ts';

/** What it says first, and each time all was sent. */
export type DeltaServerSaying =
  | { readonly is: 'listening'; readonly port: number; readonly serviceAccountFolder: string }
  | { readonly is: 'sent'; readonly deltas: number };

export interface DeltaOrder {
  readonly deltas: number;
  readonly perSecond: number;
}

const EVERY_MS = 20;
const EMPTY = JSON.stringify({
  kind: 'PodList',
  apiVersion: 'v1',
  metadata: { resourceVersion: '1000' },
  items: [],
});

const folder = mkdtempSync(join(tmpdir(), 'podlapse-deltas-'));
const certificates = makeCertificates(folder);
const { cert, key } = certificates.server;
const frames = new DeltaFrames();
let watch: ServerResponse | undefined;
let sent = 0;

const server = createServer({ cert, key }, (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  if (!new URL(request.url ?? '', 'https://localhost').searchParams.has('watch')) {
    response.end(EMPTY);
    return;
  }
  response.flushHeaders();
  watch = response;
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const { serviceAccountFolder } = writeAccessFiles(
    folder,
    `https://127.0.0.1:${port}`,
    'token',
    certificates,
  );
  say({ is: 'listening', port, serviceAccountFolder });
});

process.on('message', ({ deltas, perSecond }: DeltaOrder) => {
  const [first, last] = [sent, sent + deltas];
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const due = first + Math.floor(((performance.now() - startedAt) * perSecond) / 1000);
    const to = Math.min(last, due);
    watch?.write(frames.lines(sent, to));
    sent = to;
    if (sent < last) return;
    clearInterval(timer);
    say({ is: 'sent', deltas: sent });
  }, EVERY_MS);
});
process.on('disconnect', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});

function say(saying: DeltaServerSaying): void {
  process.send?.(saying);
}
