import type { Clock } from '../clock.ts';
import { readBody, readRefusal } from '../sources/answer-body.ts';
import type { KubernetesClient } from '../sources/kubernetes-api.ts';
import { QuietGuard } from '../sources/quiet-guard.ts';
import type { EndedRun } from './ended-run.ts';

/** Of so many lines as are asked for, each can have 16 KiB at containerd and Docker; what is over this is not read. */
const MAX_ANSWER_BYTES = 1024 * 1024;
const TIMEOUT_MS = 10_000;

/**
 * Asks the API server, which asks the kubelet, for the last lines of the run before the present one, each with its time
 * (`GET /api/v1/namespaces/{namespace}/pods/{name}/log`, Kubernetes API reference). `limitBytes` counts from the first
 * of these lines, so it is no way to ask for the last bytes.
 *
 * @throws KubernetesApiError when it refuses: 400 where the log is gone, 403 without the right to read it
 * @throws KubernetesUnreachableError
 */
export async function readPreviousLog(
  client: KubernetesClient,
  clock: Clock,
  { pod, container }: EndedRun,
  lines: number,
  signal: AbortSignal,
): Promise<string> {
  const guard = new QuietGuard(clock, signal, TIMEOUT_MS);
  try {
    const path = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}/log`;
    const query = {
      container,
      previous: 'true',
      timestamps: 'true',
      tailLines: String(lines),
      limitBytes: String(MAX_ANSWER_BYTES),
    };
    const answer = await client.get(path, query, guard.signal);
    if (answer.status !== 200) throw await readRefusal(answer);
    return await readBody(answer, 2 * MAX_ANSWER_BYTES);
  } finally {
    guard.end();
  }
}
