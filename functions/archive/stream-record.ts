import type { Item } from '../store/pack.ts';

/** A record of the table's stream as EventBridge Pipes pass it on: JSON, binary attributes as base64. */
export interface StreamRecord {
  readonly eventName?: string;
  /** Who removed an item, where it was no user: `Service` for what expired. */
  readonly userIdentity?: { readonly type?: string };
  readonly dynamodb?: {
    /** Seconds since the epoch. */
    readonly ApproximateCreationDateTime?: number;
    readonly Keys?: WireItem;
    readonly NewImage?: WireItem;
    readonly SequenceNumber?: string;
  };
}

type WireItem = Readonly<Record<string, WireValue>>;
interface WireValue {
  readonly S?: string;
  readonly N?: string;
  readonly BOOL?: boolean;
  readonly B?: string;
}

/** What the archive wants to know of a change. */
export interface Change {
  readonly kind: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly expired: boolean;
  readonly pk: string;
  readonly sk: string;
  /** The item as it is now; undefined once it is removed. */
  readonly item: Item | undefined;
  /** RFC 3339, whole seconds. */
  readonly writtenAt: string;
  /** Orders the changes of one item as text. */
  readonly sequence: string;
}

/** Digits of the longest sequence number that the Streams API allows. */
const SEQUENCE_DIGITS = 40;

/** Reads a record. @throws Error for what is none */
export function readChange({ eventName, userIdentity, dynamodb = {} }: StreamRecord): Change {
  const { Keys: keys, NewImage: image, ApproximateCreationDateTime: seconds, SequenceNumber } = dynamodb;
  const pk = keys?.['pk']?.S;
  const sk = keys?.['sk']?.S;
  if (pk === undefined || sk === undefined || seconds === undefined || SequenceNumber === undefined) {
    throw new Error('this is no record of the table’s stream: keys, time or sequence number are missing');
  }
  if (eventName !== 'INSERT' && eventName !== 'MODIFY' && eventName !== 'REMOVE') {
    throw new Error(`this is no record of the table’s stream: its eventName is ${String(eventName)}`);
  }
  return {
    kind: eventName,
    expired: userIdentity?.type === 'Service',
    pk,
    sk,
    item: image === undefined ? undefined : itemOf(image),
    writtenAt: new Date(Math.floor(seconds) * 1000).toISOString(),
    sequence: SequenceNumber.padStart(SEQUENCE_DIGITS, '0'),
  };
}

function itemOf(image: WireItem): Item {
  const item: Item = {};
  for (const [name, { S, N, BOOL, B }] of Object.entries(image)) {
    if (S !== undefined) item[name] = { S };
    else if (N !== undefined) item[name] = { N };
    else if (BOOL !== undefined) item[name] = { BOOL };
    else if (B !== undefined) item[name] = { B: Buffer.from(B, 'base64') };
  }
  return item;
}
