// A podlapse API that only counts, in a process of its own. Says where it listens, and from then on, whenever it is
// asked, how many of the deltas (`delta-frames.ts`) it has been given.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { zstdDecompressSync } from 'node:zlib';
import type { RecordedEvent } from '../timeline/contract/event.ts';
import { deltaNumber } from './delta-frames.ts';

export type SinkSaying =
  | { readonly is: 'listening'; readonly port: number }
  | { readonly is: 'count'; readonly deltas: number };

const seen = new Set<number>();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const lines = zstdDecompressSync(Buffer.concat(chunks)).toString('utf8').trimEnd().split('\n');
    for (const line of lines) {
      const event = JSON.parse(line) as RecordedEvent;
      if (event.source === 'pod') seen.add(deltaNumber(event.resourceVersion));
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ accepted: lines.length, duplicates: 0, rejected: [] }));
  });
});
server.listen(0, '127.0.0.1', () => say({ is: 'listening', port: (server.address() as AddressInfo).port }));
process.on('message', () => say({ is: 'count', deltas: seen.size }));
process.on('disconnect', () => process.exit(0));

function say(saying: SinkSaying): void {
  process.send?.(saying);
}
