import { record } from '../sources/kubernetes-api.ts';

/** What a Lease says of who leads (coordination.k8s.io/v1, LeaseSpec). */
export interface LeaseRecord {
  /** Empty: nobody does. */
  readonly holder: string;
  readonly durationMs: number | undefined;
  readonly acquireTime: string | undefined;
  /** Of the holder's clock. It is only ever compared with itself: that it changed means that the holder is alive. */
  readonly renewTime: string | undefined;
  readonly transitions: number;
}

/** A Lease object as the API server gave it: what of it is not ours stays as it is. */
export type LeaseObject = Readonly<Record<string, unknown>>;

const MAX_DURATION_S = 3_600;

/** Reads a Lease that anyone may have written: what is odd counts as absent. */
export function readLease(object: LeaseObject): LeaseRecord {
  const spec = record(object['spec']);
  const seconds = spec['leaseDurationSeconds'];
  const isDuration = typeof seconds === 'number' && seconds > 0 && seconds <= MAX_DURATION_S;
  const transitions = spec['leaseTransitions'];
  return {
    holder: text(spec['holderIdentity']) ?? '',
    durationMs: isDuration ? seconds * 1000 : undefined,
    acquireTime: text(spec['acquireTime']),
    renewTime: text(spec['renewTime']),
    transitions: typeof transitions === 'number' && Number.isSafeInteger(transitions) ? transitions : 0,
  };
}

/** The same Lease with another record. */
export function withRecord(object: LeaseObject, lease: LeaseRecord): LeaseObject {
  return {
    ...object,
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    spec: {
      ...record(object['spec']),
      // client-go, too, gives a lease up by an empty holder with a second to live, which older candidates wait for.
      holderIdentity: lease.holder,
      leaseDurationSeconds: Math.ceil((lease.durationMs ?? 1_000) / 1000),
      acquireTime: lease.acquireTime,
      renewTime: lease.renewTime,
      leaseTransitions: lease.transitions,
    },
  };
}

/** Milliseconds since the epoch as a MicroTime, which the API server takes with six digits only. */
export function microTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '000Z');
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
