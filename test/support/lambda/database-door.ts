// A door before a database on loopback, which can be shut: what comes then is taken, and never answered.
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

export interface DatabaseDoor {
  readonly url: string;
  /** From now on nothing passes, in connections old and new. */
  shut(): void;
  /** New connections pass again. */
  open(): void;
  close(): Promise<void>;
}

export async function startDatabaseDoor(port: number): Promise<DatabaseDoor> {
  const sockets = new Set<Socket>();
  let isShut = false;
  const server = createServer((incoming) => {
    sockets.add(incoming);
    incoming.on('close', () => sockets.delete(incoming));
    // The process at the other side may be killed at any time.
    incoming.on('error', () => incoming.destroy());
    if (isShut) {
      incoming.resume();
      return;
    }
    const outgoing = createConnection(port, '127.0.0.1');
    sockets.add(outgoing);
    outgoing.on('error', () => incoming.destroy());
    outgoing.on('close', () => {
      sockets.delete(outgoing);
      incoming.destroy();
    });
    incoming.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
    outgoing.pipe(incoming);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut() {
      isShut = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    open() {
      isShut = false;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
