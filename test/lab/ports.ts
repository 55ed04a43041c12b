/** Ports on loopback that nobody uses. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { LabPorts } from './state.ts';

/** Asks the system for free ports, all held at once so that none is given twice. */
export async function freePorts(): Promise<LabPorts> {
  const servers = await Promise.all(
    Array.from({ length: 7 }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [etcdClient, etcdPeer, apiServer, controllerManager, scheduler, kubelet, kubeletHealth] = ports;
  return {
    etcdClient: etcdClient ?? 0,
    etcdPeer: etcdPeer ?? 0,
    apiServer: apiServer ?? 0,
    controllerManager: controllerManager ?? 0,
    scheduler: scheduler ?? 0,
    kubelet: kubelet ?? 0,
    kubeletHealth: kubeletHealth ?? 0,
  };
}
