import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A socket that leads to another, and that can be cut: every connection at once. */
export interface CuttingProxy {
  readonly socketPath: string;
  open(): Promise<void>;
  close(): Promise<void>;
}

export async function startCuttingProxy(targetPath: string): Promise<CuttingProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-proxy-'));
  const socketPath = join(folder, 'proxy.sock');
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = createConnection(targetPath);
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      // Cut by us or by the other side: the other end goes too.
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  const open = async () => {
    await mkdir(folder, { recursive: true });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  };
  await open();
  return {
    socketPath,
    open,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
