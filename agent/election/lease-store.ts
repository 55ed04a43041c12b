import { BodyTooLargeError, readBody, readRefusal } from '../sources/answer-body.ts';
import {
  type KubernetesAnswer,
  KubernetesApiError,
  type KubernetesClient,
  type KubernetesWriter,
  readStatus,
  record,
} from '../sources/kubernetes-api.ts';
import type { LeaseObject } from './lease.ts';

/** Which Lease the replicas share. */
export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

/** One Lease at the API server. Every call throws what `KubernetesClient` throws, and KubernetesApiError. */
export interface LeaseStore {
  /** Undefined if there is none. */
  get(signal: AbortSignal): Promise<LeaseObject | undefined>;
  create(object: LeaseObject, signal: AbortSignal): Promise<LeaseObject>;
  /** @throws KubernetesApiError 409 when someone else wrote it since `object` was read */
  update(object: LeaseObject, signal: AbortSignal): Promise<LeaseObject>;
}

/** A lease is a few hundred bytes; labels and managed fields come on top. */
const MAX_LEASE_BYTES = 256 * 1024;

export function createLeaseStore(
  client: KubernetesClient & KubernetesWriter,
  { namespace, name }: LeaseName,
): LeaseStore {
  const folder = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  return {
    async get(signal) {
      const answer = await client.get(`${folder}/${name}`, {}, signal);
      if (answer.status === 200) return objectOf(answer);
      const refusal = await readRefusal(answer);
      if (refusal.status.code === 404) return undefined;
      throw refusal;
    },
    async create(object, signal) {
      const metadata = { ...record(object['metadata']), namespace, name };
      return accepted(await client.send('POST', folder, { ...object, metadata }, signal));
    },
    async update(object, signal) {
      return accepted(await client.send('PUT', `${folder}/${name}`, object, signal));
    },
  };
}

async function accepted(answer: KubernetesAnswer): Promise<LeaseObject> {
  if (answer.status !== 200 && answer.status !== 201) throw await readRefusal(answer);
  return objectOf(answer);
}

async function objectOf(answer: KubernetesAnswer): Promise<LeaseObject> {
  try {
    const object = record(JSON.parse(await readBody(answer, MAX_LEASE_BYTES)));
    if (object['kind'] === 'Lease') return object;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof BodyTooLargeError)) throw error;
  }
  throw new KubernetesApiError(readStatus({ message: 'the answer is not a Lease' }, 406));
}
