import { readContainerAnswer } from './containerd-messages.ts';
import { KUBELET_NAMESPACE } from './containerd-watch.ts';
import { GrpcConnection } from './grpc-connection.ts';
import { CriUnavailableError, isUnimplemented } from './unavailable.ts';
import { WireError, writeTexts } from './wire.ts';

/**
 * Whether a kubelet has containers there. A containerd that only serves Docker has the same socket, and in it nothing
 * of Kubernetes; any other runtime with a CRI socket is there for a kubelet.
 *
 * @returns why not, in words; undefined if it is
 */
export async function unusedByKubelet(socketPath: string, timeoutMs: number): Promise<string | undefined> {
  const over = new AbortController();
  let connection: GrpcConnection | undefined;
  try {
    connection = await GrpcConnection.open({ socketPath, timeoutMs }, over.signal);
    const call = {
      method: 'containerd.services.containers.v1.Containers/ListStream',
      request: writeTexts([1, 'labels."io.kubernetes.pod.uid"']),
      namespace: KUBELET_NAMESPACE,
    };
    for await (const answer of connection.list(call, over.signal)) {
      readContainerAnswer(answer);
      return undefined;
    }
    return 'no kubelet has containers there';
  } catch (error) {
    if (isUnimplemented(error)) return undefined;
    if (error instanceof CriUnavailableError || error instanceof WireError) return error.message;
    throw error;
  } finally {
    over.abort();
    connection?.close();
  }
}
